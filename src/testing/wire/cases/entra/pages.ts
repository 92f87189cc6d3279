import { urns } from '../../../../protocol/index.js'
import { casesOf } from '../../case.js'
import { expectSame, expectThat, resourcesIn } from '../../expect.js'
import type { JsonObject } from '../../json.js'
import type { Wire } from '../../wire.js'
import { numberIn, whileOthersWrite } from '../family.js'
import { resourceFrom } from './paths.js'
import { newValues } from './values.js'

// The tests of pages of Microsoft's Logic App suite (github.com/AzureAD/SCIMReferenceCode,
// SCIMTests_Workflow.json), but for those of tokens, which the server's host gives out.

const source = (test: string) => `Entra Logic App suite, ${test}`

/** Does something for each, five at a time. */
async function fiveAtOnce<R>(count: number, run: () => Promise<R>): Promise<readonly R[]> {
  const done: R[] = []
  for (let left = count; left > 0; left -= 5)
    done.push(...(await Promise.all(Array.from({ length: Math.min(5, left) }, run))))
  return done
}

/** Eleven resources that share all but their names, and pages of five of all that there is. */
async function walk(wire: Wire, endpoint: string, make: () => JsonObject): Promise<void> {
  await fiveAtOnce(11, () => wire.create(endpoint, make()))
  await whileOthersWrite(async () => {
    let startIndex = 1
    for (let pages = 1; pages <= 10; pages += 1) {
      const reply = await wire.get(`${endpoint}?startIndex=${startIndex}&count=5`)
      const page = resourcesIn(reply, { startIndex })
      const left = (numberIn(reply.json, 'totalResults') ?? 0) - startIndex + 1
      expectSame(page.length, Math.min(5, left), `how many are on page ${pages}`, reply)
      startIndex += page.length
      if (left <= 5) {
        expectThat(pages > 1, 'all is on one page', 'pages of five', reply)
        return
      }
    }
  })
}

export const workflowPages = casesOf('entra', [
  {
    id: 'user-pages',
    name: 'eleven users who share all but the name are made five at once and found on full pages of five',
    source: source('SCIM_User_Pagination'),
    async run(wire) {
      const { externalId: _, ...shared } = newValues(wire)
      await walk(wire, '/Users', () =>
        resourceFrom(urns.user, { ...shared, userName: `${wire.mark('sc')}@example.com` }),
      )
    },
  },
  {
    id: 'group-pages',
    name: 'eleven groups are made five at once and found on full pages of five',
    source: source('SCIM_Group_Pagination (optional)'),
    level: 'optional',
    needs: ['groups'],
    async run(wire) {
      await walk(wire, '/Groups', () => ({ schemas: [urns.group], displayName: wire.mark('scgroup') }))
    },
  },
])
