import { urns } from '../../../../protocol/index.js'
import { casesOf } from '../../case.js'
import {
  expectSame,
  expectStatus,
  expectThat,
  expectToHave,
  objectIn,
  resourcesIn,
  wholeListIn,
} from '../../expect.js'
import { isJsonObject } from '../../json.js'
import { pause } from '../../session.js'
import { pathOf, type Wire } from '../../wire.js'
import { filterBy, metaOf, textAttribute, valuesAt } from '../attributes.js'
import { groupOf } from './groups.js'

/** Where the server says that it is: what it says of its configuration, or else where it was asked. */
function ownOrigin(wire: Wire, url: string): string {
  const { meta } = wire.target.documents.config ?? {}
  const location = isJsonObject(meta) && typeof meta.location === 'string' ? meta.location : url
  return new URL(location, url).origin
}

/** Whom a userName finds. */
async function idsBy(wire: Wire, userName: unknown): Promise<readonly unknown[]> {
  return resourcesIn(await wire.get('/Users', filterBy('userName', userName))).map(({ id }) => id)
}

/** Waits until a change has another time than this one, which may be of whole seconds. */
async function untilLater(time: unknown): Promise<void> {
  const isFine = /\.\d*[1-9]/.test(String(time))
  await pause(isFine ? 20 : 1100)
}

/** What one reply says is what the others say (RFC 7643 3.1, RFC 7644 3.4 and 3.5). */
export const consistency = casesOf('rfc', [
  {
    id: 'location-host',
    name: 'a user is where the server itself is, and not on another host',
    source: 'RFC 7643 3.1, RFC 7644 3.3',
    async run(wire) {
      const reply = await wire.send('POST', '/Users', { body: wire.draftUser() })
      const { location } = metaOf(objectIn(reply, [201, 200]))
      const { url } = reply.exchange
      const wanted = [ownOrigin(wire, url), new URL(url).origin]
      for (const one of [location, reply.headers.location]) {
        if (typeof one !== 'string' || !URL.canParse(one, url)) continue
        const { origin } = new URL(one, url)
        expectThat(
          wanted.includes(origin),
          `the user is at ${origin}, and the server at ${wanted[0]}`,
          `a location at ${wanted[0]}`,
          reply,
        )
      }
    },
  },
  {
    id: 'modified',
    name: 'a change moves lastModified on, and leaves created as it is',
    source: 'RFC 7643 3.1',
    needs: ['patch'],
    async run(wire) {
      const path = pathOf('/Users', (await wire.createUser()).id)
      const before = metaOf(await wire.read(path))
      if (before.lastModified === undefined) return wire.skip('the server shows no lastModified')
      await untilLater(before.lastModified)
      await wire.patched(path, [{ op: 'replace', path: textAttribute(wire), value: wire.mark('modified') }])
      const reply = await wire.get(path)
      const after = metaOf(objectIn(reply))
      const isLater = Date.parse(String(after.lastModified)) > Date.parse(String(before.lastModified))
      expectThat(
        isLater,
        `lastModified is ${String(after.lastModified)} after the change and ${String(before.lastModified)} before it`,
        'a later lastModified',
        reply,
      )
      expectSame(after.created, before.created, 'meta.created', reply)
    },
  },
  {
    id: 'patch-reply-active',
    name: 'a PATCH that is answered with the user shows it as it is then',
    source: 'RFC 7644 3.5.2',
    needs: ['patch'],
    attributes: ['active'],
    async run(wire) {
      const path = pathOf('/Users', (await wire.createUser({ active: true })).id)
      const reply = await wire.patch(path, [{ op: 'replace', path: 'active', value: false }])
      expectStatus(reply, 200, 204)
      if (reply.status === 204) return
      const read = await wire.get(path)
      expectSame(objectIn(reply).active, false, 'active in the reply', reply)
      expectSame(objectIn(reply), objectIn(read), 'the user in the reply', reply)
    },
  },
  {
    id: 'rename',
    name: 'a user who is renamed is found by the new userName and not by the old one, which is free',
    source: 'RFC 7644 3.4.2.2 and 3.5.2.3',
    needs: ['patch', 'filter'],
    async run(wire) {
      const { id, userName } = await wire.createUser()
      const renamed = wire.userName('renamed')
      await wire.patched(pathOf('/Users', id), [{ op: 'replace', path: 'userName', value: renamed }])
      expectSame(await idsBy(wire, renamed), [id], 'who is found by the new userName')
      expectSame(await idsBy(wire, userName), [], 'who is found by the old userName')
      await wire.createUser({ userName })
    },
  },
  {
    id: 'filter-plus',
    name: 'a plus, a percent and an ampersand in a userName are what they are in a filter',
    source: 'RFC 7644 3.4.2.2, RFC 3986 2.1',
    needs: ['filter'],
    async run(wire) {
      const userName = `${wire.mark('plus')}+50%25&more@example.com`
      const { id } = await wire.createUser({ userName })
      expectSame(await idsBy(wire, userName), [id], 'who is found')
    },
  },
  {
    id: 'list-count-large',
    name: 'a count that is larger than any page is no error',
    source: 'RFC 7644 3.4.2.4',
    needs: ['filter'],
    async run(wire) {
      const { id, userName } = await wire.createUser()
      const reply = await wire.get('/Users', { ...filterBy('userName', userName), count: '1000000' })
      expectToHave(wholeListIn(reply, { totalResults: 1 }), [{ id }], 'the list', reply)
    },
  },
  {
    id: 'put-groups',
    name: 'a PUT of a user takes it out of no group',
    source: 'RFC 7643 4.1.2 (groups is readOnly), RFC 7644 3.5.1',
    needs: ['groups'],
    async run(wire) {
      const [path, [id]] = await groupOf(wire, 1)
      const user = pathOf('/Users', id)
      const { userName } = await wire.read(user)
      for (const groups of [undefined, []])
        expectStatus(await wire.send('PUT', user, { body: wire.draftUser({ userName, groups }) }), 200)
      const reply = await wire.get(path)
      expectSame(valuesAt(objectIn(reply), 'members'), [id], 'the members', reply)
    },
  },
  {
    id: 'group-pages',
    name: 'pages of groups neither overlap nor leave one out',
    source: 'RFC 7644 3.4.2.4',
    needs: ['groups', 'filter'],
    async run(wire) {
      const groups = [await wire.createGroup(), await wire.createGroup(), await wire.createGroup()]
      const filter = groups
        .map(({ displayName }) => `displayName eq ${JSON.stringify(displayName)}`)
        .join(' or ')
      const seen: unknown[] = []
      for (const startIndex of [1, 2, 3]) {
        const reply = await wire.get('/Groups', { filter, startIndex: String(startIndex), count: '1' })
        if (reply.status === 400) return wire.skip('the server takes no "or" in a filter of groups')
        const page = wholeListIn(reply, { totalResults: 3, startIndex })
        expectSame(page.length, 1, `how many are on the page from ${startIndex}`, reply)
        seen.push(...page.map(({ id }) => id))
      }
      expectSame([...seen].sort(), groups.map(({ id }) => id).sort(), 'which are seen on the pages')
    },
  },
  {
    id: 'patch-other-schema',
    name: 'a PATCH of the user leaves the enterprise extension as it is',
    source: 'RFC 7644 3.5.2',
    needs: ['patch', 'enterprise'],
    async run(wire) {
      const names = ['department', 'costCenter', 'employeeNumber', 'division', 'organization']
      const name = names.find((one) => wire.target.writes(one, urns.enterpriseUser))
      if (!name) return wire.skip('the server describes no text of the enterprise extension')
      const enterprise = { [name]: wire.mark(name) }
      const schemas = [urns.user, urns.enterpriseUser]
      const { id } = await wire.createUser({ schemas, [urns.enterpriseUser]: enterprise })
      const operation = { op: 'replace', path: textAttribute(wire), value: wire.mark('other') }
      const after = await wire.patched(pathOf('/Users', id), [operation])
      expectToHave(after, { schemas, [urns.enterpriseUser]: enterprise }, 'the user')
    },
  },
])
