import {
  body,
  contains,
  error,
  type Json,
  listed,
  same,
  unique,
  urn,
  type Wire,
  type WireCase,
} from '../case.js'

// The twelve steps of Okta's "SCIM 2.0 SPEC Test" (github.com/okta/okta-developer-docs, SCIMFiles), and what its older
// files asked besides. Whoever submits an integration to Okta runs it against their service first.

const nobody = 'abcdefgh@atko.com'
const unknownId = '010011000111010101011100101100'

/** A person whom no step before has made; the name has letters of both cases. */
function person(): Json & { readonly userName: string } {
  const given = unique('Runscope')
  const userName = `${given}Qwxyzabc@atko.com`
  return {
    schemas: [urn.user],
    userName,
    name: { givenName: given, familyName: 'Qwxyzabc417' },
    emails: [{ primary: true, value: userName, type: 'work' }],
    displayName: `${given} Qwxyzabc417`,
    active: true,
  }
}

const posted = { 'content-type': 'application/json', accept: 'application/scim+json; charset=utf-8' }

function post({ client }: Wire, user: Json) {
  return client('POST', '/Users', { body: user, headers: posted })
}

/** Creates a person and gives back what was sent and what was answered. */
async function created(wire: Wire): Promise<readonly [sent: ReturnType<typeof person>, user: Json]> {
  const sent = person()
  return [sent, body(await post(wire, sent), 201, { id: /./ })]
}

/** What each user has that Okta looks at. */
function hasSixFields(user: unknown): void {
  contains(user, {
    id: /./,
    name: { familyName: /./, givenName: /./ },
    userName: /./,
    emails: [{ value: /./ }],
  })
  const { active, emails } = user as { active: unknown; emails: readonly Json[] }
  same(typeof active, 'boolean', 'the type of active')
  contains(emails[0], { value: /./ }, 'the first e-mail address')
}

function byUserName(name: string): string {
  return `/Users?filter=userName%20eq%20%22${encodeURIComponent(name)}%22`
}

export const oktaSpec: readonly WireCase[] = [
  {
    name: 'a page of one user is a list that counts in integers',
    section: 'Okta SPEC 1',
    async run(wire) {
      await created(wire)
      const reply = await wire.client('GET', '/Users?count=1&startIndex=1')
      const [first, ...others] = listed(reply, { startIndex: 1 })
      same(others, [], 'what follows the first user')
      hasSixFields(first)
    },
  },
  {
    name: 'a user has alone what it has in a list',
    section: 'Okta SPEC 2',
    async run(wire) {
      await created(wire)
      const [first] = listed(await wire.client('GET', '/Users?count=1&startIndex=1'))
      const user = body(await wire.client('GET', `/Users/${first?.id}`), 200, { id: first?.id })
      hasSixFields(user)
      same(user, first, 'the user')
    },
  },
  {
    name: 'a userName of nobody is an empty list',
    section: 'Okta SPEC 3',
    async run({ client }) {
      listed(await client('GET', byUserName(nobody)), { totalResults: 0 })
    },
  },
  {
    name: 'an id of thirty digits is not found',
    section: 'Okta SPEC 4',
    async run({ client }) {
      error(await client('GET', `/Users/${unknownId}`), 404)
    },
  },
  {
    name: 'a userName that nobody has yet is an empty list',
    section: 'Okta SPEC 5',
    async run({ client }) {
      listed(await client('GET', byUserName(person().userName)), { totalResults: 0 })
    },
  },
  {
    name: 'a new user is answered in the letters in which it was sent',
    section: 'Okta SPEC 6',
    async run(wire) {
      const [sent, user] = await created(wire)
      contains(user, { ...sent, active: true })
    },
  },
  {
    name: 'a new user is there at once',
    section: 'Okta SPEC 7',
    async run(wire) {
      const [{ userName, name }, { id }] = await created(wire)
      body(await wire.client('GET', `/Users/${id}`), 200, { id, userName, name })
    },
  },
  {
    name: 'the same user a second time is a conflict',
    section: 'Okta SPEC 8',
    async run(wire) {
      const [sent] = await created(wire)
      error(await post(wire, sent), 409, 'uniqueness')
    },
  },
  {
    name: 'a userName in capitals finds the user',
    section: 'Okta SPEC 9',
    async run(wire) {
      const [{ userName }, { id }] = await created(wire)
      contains(listed(await wire.client('GET', byUserName(userName.toUpperCase())), { totalResults: 1 }), [
        { id },
      ])
    },
  },
  {
    name: 'the groups are a list',
    section: 'Okta SPEC 10',
    async run({ client }) {
      listed(await client('GET', '/Groups'))
    },
  },
  {
    name: 'what is no token is refused in JSON',
    section: 'Okta SPEC 11',
    async run({ client }) {
      const reply = await client('GET', byUserName(nobody), { headers: { authorization: 'non-token' } })
      error(reply, 401)
    },
  },
  {
    name: 'an id of digits with zeros before them is not found',
    section: 'Okta SPEC 12',
    async run({ client }) {
      error(await client('GET', '/Users/00919288221112222'), 404)
    },
  },
  {
    name: 'the features of the service are described whole',
    section: 'Okta SPEC of 2016',
    async run({ client }) {
      const config = body(await client('GET', '/ServiceProviderConfig'), 200)
      for (const name of ['patch', 'bulk', 'filter', 'changePassword', 'sort', 'etag']) {
        same(typeof (config[name] as Json | undefined)?.supported, 'boolean', `the type of ${name}.supported`)
      }
      const { bulk, filter, authenticationSchemes } = config as Readonly<Record<string, Json>>
      for (const limit of [bulk?.maxOperations, bulk?.maxPayloadSize, filter?.maxResults]) {
        same(Number.isInteger(limit), true, 'that a limit is an integer')
      }
      contains(authenticationSchemes, [{ type: /./, name: /./, description: /./ }])
    },
  },
  {
    name: 'discovery cannot be written to',
    section: 'Okta SPEC of 2016',
    async run({ client }) {
      for (const path of ['/ServiceProviderConfig', '/ResourceTypes', '/Schemas']) {
        error(await client('POST', path, { body: 'text', headers: { 'content-type': 'text/plain' } }), 405)
      }
    },
  },
  {
    name: 'a filter that is only a text is refused',
    section: 'Okta SPEC of 2017',
    async run({ client }) {
      error(await client('GET', '/Users?filter=%22abcdefgh%22'), 400, 'invalidFilter')
      error(await client('GET', '/Users?filter=abcdefgh'), 400, 'invalidFilter')
    },
  },
]
