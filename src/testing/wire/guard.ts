import { isJsonObject } from './json.js'

const collections = /^\/(?:Users|Groups)$/
const searches = /^(?:\/(?:Users|Groups))?\/\.search$/
/** What they answer a POST with is a case; none of them has anything to change. */
const discovery = /^\/(?:ServiceProviderConfig|ResourceTypes|Schemas)$/

/**
 * Why a request must not be sent: it could change something that the run has not made. Undefined: it may be sent.
 */
export function refusalOf(
  method: string,
  path: string,
  body: unknown,
  mayWrite: (path: string) => boolean,
): string | undefined {
  if (method === 'GET' || method === 'HEAD') return undefined
  const [plain = ''] = path.split('?')
  if (method === 'POST') {
    if (collections.test(plain) || searches.test(plain) || discovery.test(plain)) return undefined
    if (plain === '/Bulk') return bulkRefusal(body, mayWrite)
    return `a POST to ${plain}`
  }
  return mayWrite(plain) ? undefined : `a ${method} of ${plain}, which this run has not made`
}

function bulkRefusal(body: unknown, mayWrite: (path: string) => boolean): string | undefined {
  const operations = isJsonObject(body) ? body.Operations : undefined
  if (!Array.isArray(operations)) return undefined
  for (const one of operations.filter(isJsonObject)) {
    const path = String(one.path)
    if (one.method === 'POST' ? !collections.test(path) : !(mayWrite(path) || path.includes('bulkId:')))
      return `a bulk operation on ${path}, which this run has not made`
  }
  return undefined
}
