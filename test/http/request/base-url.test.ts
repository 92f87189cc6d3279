import { describe, expect, it } from 'vitest'
import { splitArrival } from '../../../src/http/index.js'

/** The base URL of a request that names a host. */
function baseUrlOf(host: string, trustProxy = false): string {
  const arrival = {
    path: '/scim/v2/Users',
    mount: '/scim/v2',
    protocol: 'https' as const,
    host: trustProxy ? 'app.example.com' : host,
    header: (name: string) => (name === 'x-forwarded-host' ? host : undefined),
  }
  return splitArrival(arrival, { baseUrl: undefined, trustProxy, endpoints: new Set(['users']) }).baseUrl
}

describe('the base URL of a request', () => {
  it.each([
    'app.example.com',
    'app.example.com:8443',
    'localhost:3000',
    '127.0.0.1',
    '[::1]:8080',
    'under_score.example',
    'xn--bcher-kva.example',
  ])('has the host %s', (host) => {
    expect(baseUrlOf(host)).toBe(`https://${host}/scim/v2`)
    expect(baseUrlOf(host, true)).toBe(`https://${host}/scim/v2`)
  })

  // Of what is no host, no URL can be made: the portal and the token endpoint would answer 500.
  it.each([
    '127.0.0.1:99999',
    'localhost:65536',
    '999.1.1.1',
    '1.2.3.4.5',
    'xn--a.example',
    '[::1',
    '[:::]',
    'a'.repeat(301),
    'evil"/x',
    'evil.example/x',
    'user@evil.example',
    'evil.example#',
    '',
  ])('has none of what is no host, such as %j', (host) => {
    expect(baseUrlOf(host)).toBe('https://localhost/scim/v2')
    const forwarded = host === '' ? 'https://app.example.com/scim/v2' : 'https://localhost/scim/v2'
    expect(baseUrlOf(host, true)).toBe(forwarded)
  })

  it('forgets hosts again, however many there are', () => {
    for (let count = 0; count < 5000; count++)
      expect(baseUrlOf(`a${count}.example`)).toBe(`https://a${count}.example/scim/v2`)
    expect(baseUrlOf('a0.example')).toBe('https://a0.example/scim/v2')
  })
})
