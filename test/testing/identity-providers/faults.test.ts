import { describe, expect, it } from 'vitest'
import type { SimulationResult } from '../../../src/testing/identity-providers/index.js'
import { simulateEntra, simulateOkta } from '../../../src/testing/identity-providers/index.js'
import { type Asked, ada, baseUrl, bob, type Fault, json, serverWith, token } from './server.js'

// Servers with one fault each: what the simulators say of them is what they are for.

type Operation = Readonly<Record<string, unknown>>

const operationsOf = ({ body }: Asked) => (body?.Operations ?? []) as readonly Operation[]
const isUser = ({ path }: Asked) => path.startsWith('/Users')
const isPatch = ({ method }: Asked) => method === 'PATCH'
const said = ({ differences, problems, warnings }: SimulationResult) =>
  [...differences.map(({ message }) => message), ...problems.map(({ message }) => message), ...warnings].join(
    '\n',
  )

/** A PATCH without the operations that the server does not know. */
function withoutOperations(isLost: (operation: Operation) => boolean): Fault {
  return (asked) => {
    if (!isPatch(asked)) return undefined
    const kept = operationsOf(asked).filter((operation) => !isLost(operation))
    return kept.length === 0 ? json(204, undefined) : asked.honest({ ...asked.body, Operations: kept })
  }
}

/** A server that never answers is not waited for as long as a slow machine is. */
const neverAnswers: Fault = ({ method }) => (method === 'POST' ? new Promise<Response>(() => {}) : undefined)
const patience = (fault: Fault) => (fault === neverAnswers ? 500 : 60_000)

/** Okta assigns and takes back; Entra provisions, disables and pushes a group. All that either says. */
async function lifeInOkta(fault: Fault, mode: 'aiw' | 'oin'): Promise<string> {
  const okta = simulateOkta({ baseUrl, token, fetch: serverWith(fault), mode, timeoutMs: patience(fault) })
  const results = [
    await okta.testCredentials(),
    await okta.testCredentials({ token: 'wrong' }),
    await okta.assign(ada),
    await okta.assign(bob),
    await okta.updateProfile(ada.userName, { title: 'Countess', displayName: undefined }),
    await okta.pushGroup({ displayName: 'Group', members: [ada.userName] }),
    await okta.addMembers('Group', [bob.userName]),
    await okta.removeMembers('Group', [ada.userName]),
    await okta.pushNow('Group'),
    await okta.importUsers(),
    await okta.unassign(ada.userName),
    await okta.assign(ada.userName),
    await okta.deactivate(ada.userName),
    await okta.unlinkGroup('Group', { delete: true }),
    await okta.compare(),
  ]
  return results.map(said).join('\n').trim()
}

async function lifeInEntra(fault: Fault, aadOptscim062020: boolean): Promise<string> {
  const fetch = serverWith(fault)
  const timeoutMs = patience(fault)
  const entra = simulateEntra({ baseUrl, token, fetch, timeoutMs, flags: { aadOptscim062020 } })
  const results = [await entra.testCredentials()]
  await entra.assignGroup({ displayName: 'Group', members: [ada, bob] })
  results.push(await entra.runCycle())
  await entra.updateProfile(ada.userName, { title: 'Countess', manager: bob.userName })
  results.push(await entra.runCycle())
  await entra.removeMembers('Group', [bob.userName])
  await entra.deactivate(ada.userName)
  results.push(await entra.runCycle())
  await entra.reactivate(ada.userName)
  results.push(await entra.runCycle())
  await entra.purgeUser(ada.userName)
  results.push(await entra.runCycle(), await entra.compare())
  return results.map(said).join('\n').trim()
}

const lives: Readonly<Record<string, (fault: Fault) => Promise<string>>> = {
  'an AIW app': (fault) => lifeInOkta(fault, 'aiw'),
  'a catalogue app': (fault) => lifeInOkta(fault, 'oin'),
  Entra: (fault) => lifeInEntra(fault, false),
  'Entra with its flag': (fault) => lifeInEntra(fault, true),
}

interface PlantedFault {
  readonly name: string
  readonly fault: () => Fault
  /** By who meets it: what is said of it. Who is not named says nothing. */
  readonly said: Readonly<Record<string, RegExp>>
}

const everybody = (pattern: RegExp) => Object.fromEntries(Object.keys(lives).map((life) => [life, pattern]))
const bothOktas = (pattern: RegExp) => ({ 'an AIW app': pattern, 'a catalogue app': pattern })
const bothEntras = (pattern: RegExp) => ({ Entra: pattern, 'Entra with its flag': pattern })

const faults: readonly PlantedFault[] = [
  {
    name: 'ignores active as the text "False"',
    fault: () => withoutOperations(({ path, value }) => path === 'active' && value === 'False'),
    said: { Entra: /user ada@example.com: active is false in Entra and true on the server/ },
  },
  {
    name: 'loses a PATCH without path',
    fault: () => withoutOperations(({ path }) => path === undefined),
    said: {
      'a catalogue app': /user ada@example.com: active is false in Okta and true on the server/,
      'Entra with its flag': /user ada@example.com: title is "Countess" in Entra and "Analyst" on the server/,
    },
  },
  {
    name: 'answers 404 for an empty list',
    fault: () => async (asked) => {
      if (!asked.query.has('filter')) return undefined
      const reply = await asked.honest()
      const list = (await reply.clone().json()) as { totalResults: number }
      return list.totalResults === 0 ? json(404, { detail: 'Not found' }) : reply
    },
    said: {
      ...bothOktas(/the lookup of nobody is answered 404; Okta takes it, and Entra puts the whole job/),
      ...bothEntras(/user ada@example.com: there should be one and Entra knows of none[\s\S]*quarantine/),
    },
  },
  {
    name: 'stores a second user when a create is sent again',
    fault: () => {
      let posts = 0
      const twins: unknown[] = []
      return async (asked) => {
        if (asked.method === 'POST' && asked.path === '/Users' && ++posts === 1) {
          const made = (await (await asked.honest()).json()) as object
          twins.push({ ...made, id: 'twin' })
          return json(201, made)
        }
        if (asked.method !== 'GET' || !asked.query.get('filter')?.includes('ada@example.com'))
          return undefined
        const list = (await (await asked.honest()).json()) as { totalResults: number; Resources: unknown[] }
        const Resources = [...list.Resources, ...twins]
        return json(200, { ...list, totalResults: Resources.length, Resources })
      }
    },
    said: everybody(/user ada@example.com: the server has 2 by that userName/),
  },
  {
    name: 'hides inactive users from the filter',
    fault: () => async (asked) => {
      if (!asked.query.has('filter') || !isUser(asked)) return undefined
      const list = (await (await asked.honest()).json()) as { Resources: { active: boolean }[] }
      const Resources = list.Resources.filter(({ active }) => active)
      return json(200, { ...list, totalResults: Resources.length, Resources })
    },
    said: {
      ...bothOktas(/create: answered 409/),
      ...bothEntras(/the filter userName eq "ada@example.com" does not find it, and GET by id does/),
    },
  },
  {
    name: 'answers 404 for an inactive user',
    fault: () => async (asked) => {
      if (asked.method !== 'GET' || !asked.path.startsWith('/Users/')) return undefined
      const reply = await asked.honest()
      const user = (await reply.clone().json()) as { active: boolean }
      return user.active ? reply : json(404, { detail: 'Gone' })
    },
    said: everybody(/user ada@example.com: GET \/Users\/[\w-]+ is answered 404/),
  },
  {
    name: 'adds where members are replaced',
    fault: () => async (asked) => {
      if (!isPatch(asked) || isUser(asked)) return undefined
      const Operations = operationsOf(asked).map((one) =>
        one.op === 'replace' && one.path === 'members' ? { ...one, op: 'add' } : one,
      )
      const kept = Operations.filter(({ op }) => op !== 'remove')
      return kept.length === 0 ? json(204, undefined) : asked.honest({ ...asked.body, Operations: kept })
    },
    said: {
      'a catalogue app': /group Group: the server has members that Okta has taken out/,
      'Entra with its flag': /group Group: the server has members that Entra has taken out/,
    },
  },
  {
    name: 'ignores a removal of members by a list of values',
    fault: () =>
      withoutOperations(
        ({ op, path, value }) => op === 'Remove' && path === 'members' && Array.isArray(value),
      ),
    said: { Entra: /group Group: the server has members that Entra has taken out/ },
  },
  {
    name: 'empties the group when members are removed by a list of values',
    fault: () => (asked) =>
      isPatch(asked) && operationsOf(asked).some(({ op, value }) => op === 'Remove' && value)
        ? asked.honest({ ...asked.body, Operations: [{ op: 'remove', path: 'members' }] })
        : undefined,
    said: { Entra: /group Group: the server lacks 1 of 1 members/ },
  },
  {
    name: 'ignores members of a PUT',
    fault: () => (asked) => {
      if (asked.method !== 'PUT' || isUser(asked)) return undefined
      return asked.honest({ ...asked.body, members: [] })
    },
    said: { 'an AIW app': /group Group: the server lacks 2 of 2 members/ },
  },
  {
    name: 'writes names in lower case',
    fault: () => async (asked) => {
      if (!isUser(asked)) return undefined
      const reply = await asked.honest()
      const text = (await reply.text()).replaceAll('Lovelace', 'lovelace')
      return new Response(text === '' ? null : text, reply)
    },
    said: everybody(/familyName is "Lovelace" in (?:Okta|Entra) and "lovelace" on the server/),
  },
  {
    name: 'answers booleans as text',
    fault: () => async (asked) => {
      if (!isUser(asked)) return undefined
      const reply = await asked.honest()
      const text = (await reply.text()).replaceAll('"active":true', '"active":"true"')
      return new Response(text === '' ? null : text, reply)
    },
    said: everybody(/user ada@example.com: active must be a boolean in replies, and is "true"/),
  },
  {
    name: 'leaves active out where it is true',
    fault: () => async (asked) => {
      if (!isUser(asked)) return undefined
      const reply = await asked.honest()
      const text = (await reply.text()).replaceAll('"active":true,', '')
      return new Response(text === '' ? null : text, reply)
    },
    said: everybody(/active is true in (?:Okta|Entra) and nothing on the server/),
  },
  {
    name: 'answers a create without a body',
    fault: () => async (asked) => {
      if (asked.method !== 'POST' || !isUser(asked)) return undefined
      await asked.honest()
      return new Response(null, { status: 201 })
    },
    said: {
      ...bothOktas(/Create new user returned empty user/),
      ...bothEntras(/create: the reply has no id/),
    },
  },
  {
    name: 'knows no PATCH of users',
    fault: () => (asked) =>
      isPatch(asked) && isUser(asked) ? json(501, { detail: 'Not implemented' }) : undefined,
    said: {
      'a catalogue app':
        /deactivate: answered 501; Okta does not fall back to PUT and files a manual Deprovision task/,
      ...bothEntras(/update: answered 501 \(Not implemented\)/),
    },
  },
  {
    name: 'refuses what it has answered itself',
    fault: () => (asked) =>
      asked.method === 'PUT' && isUser(asked) && asked.body?.meta !== undefined
        ? json(400, { detail: 'meta is read-only' })
        : undefined,
    said: {
      'an AIW app': /answered 400 \(meta is read-only\)/,
      'a catalogue app': /answered 400 \(meta is read-only\)/,
    },
  },
  {
    name: 'takes any token',
    fault: () => (asked) =>
      asked.query.get('count') === '2' ? json(200, { totalResults: 0, Resources: [] }) : undefined,
    said: bothOktas(/a wrong token must be answered 401/),
  },
  {
    name: 'answers a wrong token with a page',
    fault: () => async (asked) => {
      const reply = await asked.honest()
      return reply.status === 401 ? new Response('<html>Sign in</html>', { status: 401 }) : reply
    },
    said: bothOktas(/a wrong token must be answered 401 with a SCIM error in JSON/),
  },
  {
    name: 'writes totalResults as text',
    fault: () => async (asked) => {
      const reply = await asked.honest()
      const text = await reply.text()
      return new Response(
        text === '' ? null : text.replace(/"totalResults":(\d+)/, '"totalResults":"$1"'),
        reply,
      )
    },
    said: {
      ...bothOktas(/import of \/Users: totalResults must be an integer; the import stops without a word/),
      ...bothEntras(/test: totalResults must be an integer/),
    },
  },
  {
    name: 'keeps a group that was deleted',
    fault: () => (asked) => (asked.method === 'DELETE' && !isUser(asked) ? json(204, undefined) : undefined),
    said: bothOktas(/group Group: Okta has deleted it, and the server still has it/),
  },
  {
    name: 'keeps a user who was deleted',
    fault: () => (asked) => (asked.method === 'DELETE' && isUser(asked) ? json(204, undefined) : undefined),
    said: bothEntras(/user ada@example.com: Entra has deleted it, and the server still has it/),
  },
  {
    name: 'loses a manager by the bare id',
    fault: () =>
      withoutOperations(({ path, value }) => String(path).endsWith(':manager') && typeof value === 'string'),
    said: { Entra: /User:manager is "[\w-]+" in Entra and nothing on the server/ },
  },
  {
    name: 'fails every change',
    fault: () => (asked) =>
      asked.method === 'PUT' || isPatch(asked) ? json(503, { detail: 'Busy' }) : undefined,
    said: { ...bothOktas(/answered 503 \(Busy\)/), ...bothEntras(/answered 503 \(Busy\)/) },
  },
  {
    name: 'never answers a create',
    fault: () => neverAnswers,
    said: everybody(/create: no reply within 0.5 s/),
  },
]

describe.each(Object.entries(lives))('%s', (life, live) => {
  it('says nothing of an honest server', async () => {
    expect(await live(() => undefined)).toBe('')
  })

  it.each(faults.filter(({ said }) => said[life]))(
    'tells of a server that $name',
    async ({ fault, said }) => {
      expect(await live(fault())).toMatch(said[life]!)
    },
  )

  it.each(faults.filter(({ said }) => !said[life]))(
    'has nothing to say where it meets nothing: $name',
    async ({ fault }) => {
      expect(await live(fault())).toBe('')
    },
  )
})
