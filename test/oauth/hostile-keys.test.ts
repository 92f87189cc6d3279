import type { IncomingMessage, ServerResponse } from 'node:http'
import { createGzip, gzipSync } from 'node:zlib'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Issuer } from './issuer.js'
import { makeKey, startIssuer, strangersKey } from './issuer.js'
import { ask, makeService } from './service.js'

let issuer: Issuer

beforeEach(async () => {
  issuer = await startIssuer()
})
afterEach(() => issuer.close())

const federation = { issuer: 'https://idp.example.com', subject: 'provisioning', audience: 'acme' }
const claims = () => ({
  iss: federation.issuer,
  sub: federation.subject,
  aud: federation.audience,
  exp: Math.floor(Date.now() / 1000) + 60,
})

async function withFederation() {
  const service = await makeService({
    tokens: { issuers: [{ issuer: federation.issuer, jwks: `${issuer.url}/jwks` }] },
  })
  await service.connections.addClient({ ...service.connection, federation })
  const request = async (client_assertion: string) =>
    ask(service, {
      grant_type: 'client_credentials',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion,
    })
  return { ...service, request }
}

function publish(text: string | Buffer, headers = {}): void {
  issuer.answer = (_: IncomingMessage, res: ServerResponse) => void res.writeHead(200, headers).end(text)
}

const publishKeys = (...keys: readonly unknown[]) => publish(JSON.stringify({ keys }))

describe('keys that an issuer publishes', () => {
  it.each<[string, () => unknown[]]>([
    ['a key for encryption under the same name', () => [{ ...issuer.first.jwk, use: 'enc' }]],
    ['a key that may only encrypt', () => [{ ...issuer.first.jwk, use: undefined, key_ops: ['encrypt'] }]],
    ['a key for another algorithm', () => [{ ...issuer.first.jwk, alg: 'PS512' }]],
    ['a symmetric key of the same name', () => [{ kty: 'oct', kid: 'first', k: 'c2VjcmV0' }]],
    ['a key without a modulus', () => [{ kty: 'RSA', kid: 'first', e: 'AQAB' }]],
    ['a key whose modulus is a number', () => [{ ...issuer.first.jwk, n: 7 }]],
    ['a key whose modulus is nested', () => [{ ...issuer.first.jwk, n: { n: issuer.first.jwk.n } }]],
    ['a kind of key that there is not', () => [{ ...issuer.first.jwk, kty: 'constructor' }]],
    ['a kind of key of every object', () => [{ ...issuer.first.jwk, kty: '__proto__' }]],
    ['a name that is a list', () => [{ ...issuer.first.jwk, kid: ['first'] }]],
    ['nothing', () => []],
  ])('accept no assertion where they are %s, and are asked about nothing else', async (_, make) => {
    const { request, refusals, errors } = await withFederation()
    publishKeys(...make())
    const { status, body } = await request(await issuer.first.sign(claims()))
    expect([status, body.error]).toEqual([401, 'invalid_client'])
    expect(refusals.map(({ reason }) => reason)).toEqual(['signature'])
    expect(errors).toEqual([])
    expect(issuer.asked).toEqual(['/jwks'])
  })

  it.each<[string, () => Promise<unknown[]> | unknown[]]>([
    ['one for encryption', () => [{ ...issuer.first.jwk, use: 'enc' }]],
    ['a symmetric one', () => [{ kty: 'oct', kid: 'first', k: 'c2VjcmV0' }]],
    ['one that cannot be read', () => [{ ...issuer.first.jwk, n: 7 }]],
    ['one that is another', async () => [{ ...(await strangersKey).jwk, kid: 'first' }]],
    ['one of another curve', async () => [{ ...(await makeKey('first', 'ES384')).jwk }]],
    ['itself', () => [issuer.first.jwk]],
  ])('accept the right one beside %s of the same name', async (_, make) => {
    const { request } = await withFederation()
    const others = await make()
    for (const keys of [
      [...others, issuer.first.jwk],
      [issuer.first.jwk, ...others],
    ]) {
      publishKeys(...keys)
      expect((await request(await issuer.first.sign(claims()))).status).toBe(200)
    }
  })

  it('are checked by the curve that the algorithm names', async () => {
    const { request, refusals } = await withFederation()
    const { jwk } = await makeKey('first', 'ES384')
    const narrow = await makeKey('first', 'ES256')
    publishKeys(jwk, { ...jwk, crv: 'P-256' }, { ...narrow.jwk, crv: 'P-384' })
    expect((await request(await narrow.sign(claims()))).status).toBe(401)
    expect(refusals.map(({ reason }) => reason)).toEqual(['signature'])
  })

  it('that are too short are none', async () => {
    const { privateKey, publicKey } = await generateKeyPair('RS256', { modulusLength: 2048 })
    const { request } = await withFederation()
    const jwk = { ...(await exportJWK(publicKey)), kid: 'short' }
    publishKeys({ ...jwk, n: jwk.n?.slice(0, 86) })
    const assertion = await new SignJWT(claims())
      .setProtectedHeader({ alg: 'RS256', kid: 'short' })
      .sign(privateKey)
    expect((await request(assertion)).status).toBe(401)
  })

  it('are not taken from where a header of the assertion says', async () => {
    const { request, refusals } = await withFederation()
    const stranger = await strangersKey
    const elsewhere = `${issuer.url}/elsewhere`
    issuer.answer = (req, res) => {
      if (req.url === '/jwks') issuer.publish(res)
      else res.writeHead(200).end(JSON.stringify({ keys: [{ ...stranger.jwk, kid: 'first' }] }))
    }
    const headers: readonly Readonly<Record<string, unknown>>[] = [
      { jku: elsewhere },
      { x5u: elsewhere },
      { x5c: ['MIIB'] },
      { jwk: stranger.jwk },
      { kid: `../elsewhere?` },
      { kid: elsewhere },
      { kid: '__proto__' },
      { kid: "first' OR '1'='1" },
      { kid: 'x'.repeat(10_000) },
      { kid: 7 },
      { kid: ['first'] },
      { kid: { first: true } },
    ]
    for (const header of headers)
      expect((await request(await stranger.sign(claims(), { kid: 'first', ...header }))).status).toBe(401)
    expect(refusals.map(({ reason }) => reason)).toEqual(headers.map(() => 'signature'))
    expect(new Set(issuer.asked)).toEqual(new Set(['/jwks']))
  })

  it('are read where they are compressed, and no further than 64 KiB where they are a bomb', async () => {
    const { request, errors } = await withFederation()
    const [start, end] = [`{"keys":[${JSON.stringify(issuer.first.jwk)}],"x":"`, '"}']
    let sent = 0
    issuer.answer = (_, res) => {
      res.writeHead(200, { 'content-encoding': 'gzip' })
      const gzip = createGzip()
      gzip.pipe(res)
      gzip.write(start)
      const block = Buffer.alloc(1_000_000, 'x')
      const more = () => {
        if (res.destroyed || res.writableEnded) return
        sent += block.length
        if (sent > 400_000_000) gzip.end(end)
        else gzip.write(block, more)
      }
      more()
    }
    expect((await request(await issuer.first.sign(claims()))).status).toBe(401)
    expect(errors.map(String)).toEqual([
      `KeysError: The keys of ${issuer.url}/jwks cannot be used: they have more than 65536 bytes`,
    ])
    expect(sent).toBeLessThan(400_000_000)
    const { request: again } = await withFederation()
    publish(gzipSync(JSON.stringify({ keys: [issuer.first.jwk] })), { 'content-encoding': 'gzip' })
    expect((await again(await issuer.first.sign(claims()))).status).toBe(200)
  })

  it.each<[string, () => void]>([
    ['64 KiB of brackets', () => publish(`{"keys":${'['.repeat(32_000)}${']'.repeat(32_000)}}`)],
    [
      'a key of 10,000 objects in each other',
      () =>
        publish(`{"keys":[{"kty":"RSA","kid":"first","x":${'{"x":'.repeat(9_000)}1${'}'.repeat(9_000)}}]}`),
    ],
    ['bytes that are no text', () => publish(Buffer.from([0xff, 0xfe, 0x7b, 0x7d]))],
    ['what says that it is compressed', () => publish('{"keys":[]}', { 'content-encoding': 'gzip' })],
    ['keys by their names', () => publish('{"keys":{"first":{}}}')],
    ['text', () => publish('"keys"')],
    ['null', () => publish('null')],
    ['null for a key', () => publish('{"keys":[null]}')],
    ['a list for a key', () => publish('{"keys":[[]]}')],
    ['a key without a kind', () => publish('{"keys":[{"kid":"first"}]}')],
    ['a property of every object', () => publish('{"__proto__":{"keys":[]}}')],
  ])('make no request fail that has nothing to do with them: %s', async (_, make) => {
    const { request, connections, connection, tokens } = await withFederation()
    make()
    expect([401, 503]).toContain((await request(await issuer.first.sign(claims()))).status)
    const { id, secret } = await connections.addClient(connection)
    const fields = { grant_type: 'client_credentials', client_id: id, client_secret: secret ?? '' }
    expect((await ask({ tokens }, fields)).status).toBe(200)
  })

  it('are verified one after the other where many fit', async () => {
    const { request } = await withFederation()
    const { jwk } = await strangersKey
    publishKeys(...Array.from({ length: 140 }, () => ({ kty: jwk.kty, n: jwk.n, e: jwk.e })))
    const begun = performance.now()
    expect((await request(await issuer.first.sign(claims(), { kid: undefined }))).status).toBe(401)
    expect(performance.now() - begun).toBeLessThan(5_000)
  })
})
