// What scimmy keeps its resources in: a store equal to scimkit's memory store, that is
// resources by id, an index from a name to a resource, and the order of creation for
// pages. Nothing here scans, so what is measured is the library.
import { randomUUID } from 'node:crypto'
import SCIMMY from 'scimmy'

/**
 * @param {string} resourceType
 * @param {string} name the attribute that is unique and looked up
 */
export function scimmyStore(resourceType, name) {
  const resources = new Map()
  const idByName = new Map()
  const order = []

  return { insert, egress, ingress }

  /** Takes a resource as it is. */
  function insert(resource) {
    resources.set(resource.id, resource)
    idByName.set(resource[name].toLowerCase(), resource.id)
    order.push(resource.id)
  }

  /** The name when the whole filter is `name eq "..."`. */
  function soughtName(filter) {
    const [term, ...otherTerms] = filter ?? []
    if (term === undefined || otherTerms.length > 0) return undefined
    const [attribute, ...otherAttributes] = Object.keys(term)
    if (attribute !== name || otherAttributes.length > 0) return undefined
    const [operator, value] = term[name]
    return operator === 'eq' ? value.toLowerCase() : undefined
  }

  function egress(request) {
    if (request.id !== undefined) {
      const resource = resources.get(request.id)
      if (resource === undefined) throw new SCIMMY.Types.Error(404, null, `Resource ${request.id} not found`)
      return resource
    }
    const sought = soughtName(request.filter)
    if (sought !== undefined) {
      const resource = resources.get(idByName.get(sought))
      return resource === undefined ? [] : [resource]
    }
    if (request.filter !== undefined) {
      return request.filter.match(order.map((id) => resources.get(id)))
    }
    const { startIndex = 1, count = 20 } = request.constraints ?? {}
    // Only a stated total keeps scimmy from counting the page as everything there is.
    request.constraints = { ...request.constraints, totalResults: order.length }
    return order.slice(startIndex - 1, startIndex - 1 + count).map((id) => resources.get(id))
  }

  function ingress(request, data) {
    const now = new Date().toISOString()
    // scimmy hands over an instance full of accessors; a store keeps plain values.
    const values = JSON.parse(JSON.stringify(data))
    const before = request.id === undefined ? undefined : resources.get(request.id)
    const taken = idByName.get(values[name].toLowerCase())
    if (taken !== undefined && taken !== before?.id) {
      throw new SCIMMY.Types.Error(409, 'uniqueness', `${name} ${values[name]} is taken`)
    }
    if (before === undefined) {
      const resource = {
        ...values,
        id: randomUUID(),
        meta: { resourceType, created: now, lastModified: now },
      }
      insert(resource)
      return resource
    }
    const resource = { ...values, id: before.id, meta: { ...before.meta, lastModified: now } }
    idByName.delete(before[name].toLowerCase())
    idByName.set(resource[name].toLowerCase(), resource.id)
    resources.set(resource.id, resource)
    return resource
  }
}
