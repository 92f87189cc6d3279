import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { JWK, JWTPayload } from 'jose'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'

/** A key pair with which tokens are signed. */
export async function makeKey(kid: string, alg = 'RS256') {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true })
  const jwk: JWK & { kty: string } = { kty: '', ...(await exportJWK(publicKey)), kid, use: 'sig' }
  /** `header`: members beside the usual ones; undefined leaves one out. */
  const sign = (claims: JWTPayload, header: Readonly<Record<string, unknown>> = {}) =>
    new SignJWT(claims).setProtectedHeader({ alg, kid, typ: 'JWT', ...header }).sign(privateKey)
  return { jwk, privateKey, sign }
}

export type Key = Awaited<ReturnType<typeof makeKey>>

/** Made once: it takes longer than a test. */
const firstKey = makeKey('first')
/** A key that no issuer has. */
export const strangersKey = makeKey('stranger')

/** A server that publishes the keys of an issuer, in whatever way a test wants. */
export async function startIssuer() {
  const first = await firstKey
  const issuer = {
    url: '',
    keys: [first] as Key[],
    first,
    /** The targets that were asked for. */
    asked: [] as string[],
    answer: (_: IncomingMessage, res: ServerResponse): void => issuer.publish(res),
    publish(res: ServerResponse) {
      res.writeHead(200, { 'content-type': 'application/json' })
      res.end(JSON.stringify({ keys: issuer.keys.map(({ jwk }) => jwk) }))
    },
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
  const server = createServer((req, res) => {
    issuer.asked.push(req.url ?? '')
    issuer.answer(req, res)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  issuer.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return issuer
}

export type Issuer = Awaited<ReturnType<typeof startIssuer>>
