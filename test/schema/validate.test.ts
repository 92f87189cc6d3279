import { describe, expect, it } from 'vitest'
import {
  attribute,
  defineExtension,
  defineResourceType,
  defineSchema,
  urns,
  userResourceType,
} from '../../src/index.js'
import {
  compileResourceType,
  findAttribute,
  resourceValidator,
  validateChanges,
} from '../../src/schema/index.js'

const type = compileResourceType(
  defineResourceType({
    name: 'Thing',
    endpoint: '/Things',
    schema: defineSchema('urn:example:Thing', {
      text: attribute.string(),
      flag: attribute.boolean(),
      whole: attribute.integer(),
      amount: attribute.decimal(),
      at: attribute.dateTime(),
      bytes: attribute.binary(),
      link: attribute.reference(),
      part: attribute.complex({ code: attribute.string({ required: true }), count: attribute.integer() }),
      parts: attribute.complex(
        { value: attribute.string(), primary: attribute.boolean() },
        { multiValued: true },
      ),
    }),
  }),
)

function check(values: object): Promise<void> {
  return validateChanges(undefined, values, type, 2000)
}

describe('values that fit', () => {
  it.each([
    { text: 'x', flag: false, whole: 3, amount: 1.5, link: '../Users/1', bytes: 'aGVsbG8=' },
    { at: '2011-05-13T04:42:34Z' },
    { at: '2011-05-13T04:42:34.1234567+02:00' },
    { at: '2011-05-13T04:42:34' },
    ...['', 'YQ', 'YWI', 'YWI=', 'ab+/', 'ab-_', '+/8', '-_8', '-_8=', '+/8=', 'YQ=='].map((bytes) => ({
      bytes,
    })),
    { part: { code: 'c', count: 0 } },
    {
      parts: [
        { value: 'a', primary: true },
        { value: 'b', primary: false },
      ],
    },
  ])('%j', async (values) => {
    await expect(check(values)).resolves.toBeUndefined()
  })
})

describe('values that do not fit are named, and not repeated', () => {
  it.each<readonly [object, string]>([
    [{ text: 7 }, 'text must be string'],
    [{ flag: 'secret' }, 'flag must be boolean'],
    [{ whole: 1.5 }, 'whole must be int'],
    [{ whole: 'secret' }, 'whole must be'],
    [{ amount: 'secret' }, 'amount must be number'],
    [{ at: 'secret' }, 'at is not a valid datetime'],
    [{ at: '2011-05-13' }, 'at is not a valid datetime'],
    [{ bytes: '*secret*' }, 'bytes is not a valid base64'],
    ...['Y', 'YQ=', 'YWI==', 'YWJj=', '=', '==', 'Y===', 'Y=Q=', '+-8=', 'a_/b', 'YW I='].map(
      (bytes) => [{ bytes }, 'bytes is not a valid base64'] as const,
    ),
    [{ part: { count: 1 } }, 'part.code is required'],
    [{ part: { code: 'c', count: 'secret' } }, 'part.count must be'],
    [{ parts: [{ value: 'a' }, { value: { secret: 1 } }] }, 'parts[1].value must be string'],
    [{ parts: { value: 'secret' } }, 'parts must be array'],
    [{ parts: [{ primary: true }, { primary: true }] }, 'parts: primary may be true for one value only'],
  ])('%j', async (values, detail) => {
    const error = await check(values).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ status: 400, scimType: 'invalidValue' })
    expect(String(error)).toContain(detail)
    expect(String(error)).not.toContain('secret')
  })
})

describe('the path of a value that does not fit is one that its resource type has', () => {
  const badge = 'urn:example:Badge'
  const user = compileResourceType(
    defineResourceType({
      name: 'Person',
      endpoint: '/People',
      schema: userResourceType.schema,
      extensions: [
        ...userResourceType.extensions,
        defineExtension(badge, {
          code: attribute.integer(),
          cards: attribute.complex({ value: attribute.string({ required: true }) }, { multiValued: true }),
          rooms: attribute.string({ multiValued: true }),
        }),
      ],
    }),
  )

  it.each([
    [{ [urns.enterpriseUser]: { manager: { value: 7 } } }, `${urns.enterpriseUser}:manager.value`],
    [{ [urns.enterpriseUser]: { manager: 'x' } }, `${urns.enterpriseUser}:manager`],
    [{ [urns.enterpriseUser]: 'x' }, urns.enterpriseUser],
    [{ [badge]: { code: 'x' } }, `${badge}:code`],
    [{ [badge]: { cards: [{}] } }, `${badge}:cards[0].value`],
    [{ [badge]: { rooms: ['a', 7] } }, `${badge}:rooms[1]`],
    [{ name: { givenName: 7 } }, 'name.givenName'],
  ])('%j', async (values, path) => {
    const error = await validateChanges(undefined, values, user, 2000).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ path })
    expect(findAttribute(user, path.replace(/\[\d+\]/, ''))).toBeDefined()
  })
})

it('looks only at what has changed', async () => {
  const flag = 'wrong before'
  await expect(validateChanges({ flag }, { flag, text: 'x' }, type, 2000)).resolves.toBeUndefined()
})

it('gives hosts a zod validator of a whole resource', async () => {
  const validator = await resourceValidator(compileResourceType(userResourceType))
  expect(validator.safeParse({ schemas: [], userName: 'ada' }).success).toBe(true)
  expect(validator.safeParse({ schemas: [] }).success).toBe(false)
  expect(validator.safeParse({ schemas: [], userName: 'ada', emails: [{ primary: 'yes' }] }).success).toBe(
    false,
  )
})
