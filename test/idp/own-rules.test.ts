import { describe, expect, it } from 'vitest'
import { entra, lenient, okta, type Rule, urns } from '../../src/index.js'
import { serve } from '../http/service.js'

const about = { description: 'What our HR system sends.', sentBy: ['our HR system'], source: 'its manual' }
const yesAndNo: Rule = {
  ...about,
  name: 'yesAndNo',
  coerce: (value, attribute) =>
    attribute.type === 'boolean' && (value === 'yes' || value === 'no')
      ? { value: value === 'yes', message: 'read the text as a boolean' }
      : undefined,
}
const login: Rule = {
  ...about,
  name: 'login',
  resource(body, _type, note) {
    if (typeof body !== 'object' || body === null || !('login' in body)) return body
    const { login, ...rest } = body
    note('login', 'userName', 'read from login')
    return { ...rest, userName: login }
  },
}
const setOperation: Rule = {
  ...about,
  name: 'setOperation',
  operation(operation, _type, note) {
    if (operation.op !== 'set') return undefined
    note('setOperation', 'op', 'read as replace')
    return [{ ...operation, op: 'replace' }]
  },
}
const unknownToo: Rule = { ...about, name: 'unknownToo', allows: 'ignoreUnknown' }

describe("rules of the host's own", () => {
  it('are applied to values, bodies and operations, each under its name in the trace', async () => {
    const { post, patch } = serve({ profile: lenient({ with: [yesAndNo, login, setOperation] }) })
    const created = await post('/Users', { schemas: [urns.user], login: 'ada', active: 'no' })
    expect(created.status).toBe(201)
    expect(created.body).toMatchObject({ userName: 'ada', active: false })
    expect(created.trace.map(({ rule }) => rule).sort()).toEqual(['login', 'yesAndNo'])
    const changed = await patch(`/Users/${created.body.id}`, [{ op: 'set', path: 'active', value: 'yes' }])
    expect(changed.status).toBe(200)
    expect(changed.body).toMatchObject({ active: true })
    expect(changed.trace.map(({ rule }) => rule).sort()).toEqual(['setOperation', 'yesAndNo'])
  })

  it('allow what a profile without them refuses', async () => {
    const body = { schemas: [urns.user], userName: 'ada', shoeSize: 42 }
    const without = lenient({ without: ['unknownAttributes'] })
    expect((await serve({ profile: without }).post('/Users', body)).status).toBe(400)
    const own = lenient({ without: ['unknownAttributes'], with: [unknownToo] })
    expect((await serve({ profile: own }).post('/Users', body)).status).toBe(201)
  })

  it('leave no PATCH without operations unnoticed', async () => {
    const drop: Rule = { ...about, name: 'drop', operation: () => [] }
    const profile = lenient({ without: ['emptyOperations'], with: [drop] })
    const { createUser, patch } = serve({ profile })
    const { id } = await createUser()
    expect((await patch(`/Users/${id}`, [{ op: 'remove', path: 'title' }])).status).toBe(400)
  })

  it('belong to the profile that has them, whichever it is', () => {
    for (const profile of [lenient, okta, entra]) {
      expect(profile({ with: [yesAndNo] }).has('yesAndNo')).toBe(true)
      expect(profile().has('yesAndNo')).toBe(false)
    }
  })

  it('may take the place of a built-in rule that is left out', () => {
    const booleanStrings = { ...yesAndNo, name: 'booleanStrings' }
    const profile = lenient({ without: ['booleanStrings'], with: [booleanStrings] })
    expect(profile.rules.filter(({ name }) => name === 'booleanStrings')).toEqual([booleanStrings])
  })

  it.each([
    [[{ ...yesAndNo, name: 'booleanStrings' }], 'with[0]: there is a rule "booleanStrings" already'],
    [[yesAndNo, yesAndNo], 'with[1]: there is a rule "yesAndNo" already'],
    [[{ ...yesAndNo, name: '' }], 'with[0] must have a name: text'],
    [[{ ...yesAndNo, source: undefined }], 'with[0] must have a source: text'],
    [[{ ...yesAndNo, sentBy: 'us' }], 'with[0] must have sentBy: a list of names'],
    [['yesAndNo'], 'with[0] must be a rule'],
    [[{ ...yesAndNo, coerce: 'yes' }], 'with[0]: coerce must be a function'],
    [[{ ...yesAndNo, allows: 'everything' }], 'with[0]: allows must be one of '],
    [[{ ...yesAndNo, allows: 'coerce' }], 'with[0]: allows must be one of bareBulkPatch, createFromFilter'],
  ])('are refused at once when they are none: %j', (added, message) => {
    // What a host without types may write.
    expect(() => lenient({ with: added as unknown as readonly Rule[] })).toThrow(`lenient: ${message}`)
  })
})
