import { expect, it } from 'vitest'
import {
  bearerTokens,
  createScim,
  type ExplainOptions,
  explainTrace,
  fetchHandler,
  memoryStore,
  urns,
} from '../../../src/index.js'

const base = 'https://app.example.com/scim/v2'
const patch = (...Operations: object[]) => ({ schemas: [urns.patchOp], Operations })

/** A service that explains each request. */
function explained(options?: ExplainOptions) {
  const said: string[] = []
  const scim = createScim({
    authenticate: bearerTokens([{ token: 'token' }]),
    users: memoryStore(),
    groups: memoryStore(),
    log: { record: (event, detail) => said.push(explainTrace({ ...event, detail }, options)) },
  })
  const handle = fetchHandler(scim, { basePath: '/scim/v2' })
  return async (method: string, path: string, body?: object) => {
    const headers = { Authorization: 'Bearer token', 'Content-Type': 'application/scim+json' }
    const response = await handle(
      new Request(`${base}${path}`, { method, headers, ...(body && { body: JSON.stringify(body) }) }),
    )
    const text = await response.text()
    return { said: said.at(-1), id: text ? (JSON.parse(text) as { id: string }).id : '' }
  }
}

const ada = {
  schemas: [urns.user],
  userName: 'ada@example.com',
  title: 'Analyst',
  name: { familyName: 'Lovelace' },
}

it('says what was sent, how it was read, what has changed and which events that made', async () => {
  const send = explained()
  const { id, said } = await send('POST', '/Users', ada)
  expect(said).toBe('Event user.created.')
  const off = await send('PATCH', `/Users/${id}`, patch({ op: 'Replace', path: 'active', value: 'False' }))
  expect(off.said).toContain('Entra sent active as the text "False"; read as false.')
  expect(off.said).toMatch(/active: (?:true|nothing) to false\. Event user\.deactivated\.$/)
  const again = await send('PATCH', `/Users/${id}`, patch({ op: 'replace', path: 'active', value: false }))
  expect(again.said).toBe('Nothing changed.')
  const on = await send('PATCH', `/Users/${id}`, patch({ op: 'replace', value: { active: true } }))
  expect(on.said).toContain('active: false to true. Event user.reactivated.')
  expect((await send('DELETE', `/Users/${id}`)).said).toBe('Event user.deactivated. Event user.deleted.')
})

it('shows values that may name a person only where they are asked for', async () => {
  for (const personalData of [false, true]) {
    const send = explained({ personalData, sender: 'Okta' })
    const { id } = await send('POST', '/Users', ada)
    const changed = await send(
      'PATCH',
      `/Users/${id}`,
      patch({ op: 'replace', value: { title: 'Countess', name: { familyName: 'King' } } }),
    )
    if (personalData) {
      expect(changed.said).toContain('title: "Analyst" to "Countess".')
      expect(changed.said).toContain('name.familyName: "Lovelace" to "King".')
    } else {
      expect(changed.said).toContain('title: … to ….')
      expect(changed.said).not.toMatch(/Countess|Analyst|King|Lovelace/)
    }
    expect(changed.said).toMatch(/Event user\.updated\.$/)
    const twice = await send('POST', '/Users', ada)
    expect(twice.said).toContain('Refused with 409: ')
    expect(twice.said).not.toContain('ada@')
    const odd = await send('PATCH', `/Users/${id}`, patch({ op: 'Replace', path: 'active', value: 'False' }))
    expect(odd.said).toContain('Okta sent active as the text "False"; read as false.')
  }
})

it('explains the lines of a trace alone, and refuses options that it does not know', () => {
  expect(explainTrace([])).toBe('')
  const entry = { rule: 'booleanStrings', path: 'active', message: 'read the text as a boolean' }
  expect(explainTrace([entry])).toBe('Entra sent something unusual about active: read the text as a boolean.')
  expect(() => explainTrace([], { personaldata: true } as object)).toThrow('did you mean "personalData"')
})

it('counts the members of a group', async () => {
  const send = explained()
  const { id } = await send('POST', '/Users', ada)
  const group = await send('POST', '/Groups', { schemas: [urns.group], displayName: 'G' })
  const added = await send(
    'PATCH',
    `/Groups/${group.id}`,
    patch({ op: 'add', path: 'members', value: [{ value: id }] }),
  )
  expect(added.said).toBe('Members: 1 added, 0 removed. Event group.updated.')
})
