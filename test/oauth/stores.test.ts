import { sql } from 'kysely'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createConnections } from '../../src/connections/index.js'
import { createTokenEndpoint } from '../../src/oauth/index.js'
import { connectionStores, type OpenConnections, tableNames } from '../connections/stores.js'
import { makeKey } from './issuer.js'
import { ask, basic, connect, listUsers, makeService, tokenUrl } from './service.js'

const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'
const grant = { grant_type: 'client_credentials' }
const signer = makeKey('signer', 'ES256')
const federation = {
  issuer: 'https://idp.example.com',
  subject: 'provisioning of acme',
  audience: 'api://app/.default',
}

describe.each(connectionStores)('a token endpoint over $database', ({ open }) => {
  let stores: OpenConnections
  beforeAll(async () => {
    stores = await open()
  })
  afterEach(() => stores.clear())
  afterAll(() => stores.close())

  /** A service, and another process of it. */
  async function processes() {
    const tokens = {
      issuers: [{ issuer: federation.issuer, jwks: { keys: [(await signer).jwk] } }],
    }
    const service = await makeService({ connections: { store: stores.store }, tokens })
    const connections = createConnections({ store: stores.elsewhere() })
    const elsewhere = createTokenEndpoint({ connections, url: tokenUrl, ...tokens })
    return { service, other: { tokens: elsewhere, connections } }
  }

  it('issues tokens for a secret until the client is revoked, in whatever process', async () => {
    const { service, other } = await processes()
    const { id, secret = '' } = await service.connections.addClient(service.connection)
    const { status, body } = await ask(other, grant, basic(id, secret))
    expect(status).toBe(200)
    expect((await listUsers(service, body.access_token)).status).toBe(200)
    const wrong = await service.connections.addClient(service.connection)
    expect((await ask(other, grant, basic(id, wrong.secret ?? ''))).status).toBe(401)
    expect((await ask(other, grant, basic("' or 1=1 --", secret))).status).toBe(401)
    await service.connections.revokeClient({ tenant: 'acme', client: id })
    expect((await listUsers(service, body.access_token)).status).toBe(401)
    expect((await ask(other, grant, basic(id, secret))).status).toBe(401)
    const [client] = await service.connections.clients(service.connection)
    expect(client).toMatchObject({ state: 'revoked', lastUsed: expect.any(String) })
  })

  it('finds the client of an issuer’s assertion, and none of another tenant', async () => {
    const { service, other } = await processes()
    const client = await service.connections.addClient({ ...service.connection, federation })
    const claims = {
      iss: federation.issuer,
      sub: federation.subject,
      aud: 'api://app',
      exp: Date.now() / 1000 + 60,
    }
    const fields = async (change = {}) => ({
      ...grant,
      client_assertion_type: assertionType,
      client_assertion: await (await signer).sign({ ...claims, ...change }),
    })
    for (const one of [service, other]) {
      const { body } = await ask(one, await fields())
      expect((await listUsers(service, body.access_token)).status).toBe(200)
      expect((await ask(one, { ...(await fields()), client_id: client.id })).status).toBe(200)
      expect((await ask(one, await fields({ sub: 'provisioning of globex' }))).status).toBe(401)
    }
    const theirs = await connect(service.connections, 'globex')
    await expect(service.connections.addClient({ ...theirs, federation })).rejects.toMatchObject({
      status: 409,
    })
    // What was revoked can be given anew, also to another tenant.
    await service.connections.revokeClient({ tenant: 'acme', client: client.id })
    expect((await ask(service, await fields())).status).toBe(401)
    await service.connections.addClient({ ...theirs, federation })
    expect((await ask(other, await fields())).status).toBe(200)
  })

  it('takes each assertion of a client’s own once, of two processes one', async () => {
    const { service, other } = await processes()
    const key = await signer
    const { id } = await service.connections.addClient({ ...service.connection, keys: [key.jwk] })
    for (let round = 0; round < 3; round++) {
      const claims = {
        iss: id,
        sub: id,
        aud: tokenUrl,
        jti: `${round}`.repeat(1000),
        exp: Date.now() / 1000 + 60,
      }
      const client_assertion = await key.sign(claims)
      const fields = { ...grant, client_assertion_type: assertionType, client_assertion }
      const answers = await Promise.all([service, other, service, other].map((one) => ask(one, fields)))
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 401, 401, 401])
    }
  })

  it('leaves no secret and no token in any column', async () => {
    const { service } = await processes()
    const { id, secret = '' } = await service.connections.addClient(service.connection)
    const { body } = await ask(service, grant, basic(id, secret))
    await listUsers(service, body.access_token)
    const { opened } = stores
    if (!opened) return
    const rows = await Promise.all(
      tableNames.map(async (name) => (await sql`select * from ${sql.table(name)}`.execute(opened.db)).rows),
    )
    const kept = JSON.stringify(rows)
    expect(kept).toContain(id)
    for (const text of [secret, String(body.access_token)]) {
      expect(kept).not.toContain(text)
      expect(kept).not.toContain(text.slice(-20))
    }
  })
})
