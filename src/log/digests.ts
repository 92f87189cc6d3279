/** How many digests are remembered at least, and twice as many at most: the same people come again and again. */
const maxKept = 10_000

/** The `CryptoKey` of the platform, which not every platform's types name. */
type HmacKey = Awaited<ReturnType<typeof crypto.subtle.importKey>>

/** Characters of a digest: 18 bytes in Base64. */
const length = 24

const plainId = /^(?:\d{1,20}|[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12})$/i
const longId = /^[\w-]{20,128}$/

/** Whether an id says nothing about anybody: a number, a UUID, or a long one with digits in it. */
export function isOpaque(id: string): boolean {
  return plainId.test(id) || (longId.test(id) && id.replace(/\D/g, '').length > 2)
}

/** Makes the HMACs that stand for persons: of one tenant, so that two do not know each other's. */
export class Digests {
  private readonly encoder = new TextEncoder()
  private recent = new Map<string, string>()
  private former: ReadonlyMap<string, string> = new Map()
  private key: Promise<HmacKey> | undefined

  constructor(private readonly secret: string) {}

  /** The HMAC of a folded value that a person is known by. */
  async ofSubject(tenant: string | undefined, folded: string): Promise<string> {
    return this.digest(JSON.stringify(['subject', tenant ?? null, folded]))
  }

  /** An id as entries have it: as it is, or `~` and an HMAC where it may name a person. */
  async ofId(tenant: string | undefined, id: string): Promise<string> {
    if (isOpaque(id)) return id
    return `~${await this.digest(JSON.stringify(['id', tenant ?? null, id]))}`
  }

  private async digest(text: string): Promise<string> {
    const recent = this.recent.get(text)
    if (recent !== undefined) return recent
    const digest = this.former.get(text) ?? (await this.sign(text))
    // Taking the oldest out of one map, each time, would pass all those that were taken out before.
    if (this.recent.size >= maxKept) {
      this.former = this.recent
      this.recent = new Map()
    }
    this.recent.set(text, digest)
    return digest
  }

  private async sign(text: string): Promise<string> {
    this.key ??= crypto.subtle.importKey(
      'raw',
      this.encoder.encode(this.secret),
      { name: 'HMAC', hash: 'SHA-256' },
      false,
      ['sign'],
    )
    const signature = await crypto.subtle.sign('HMAC', await this.key, this.encoder.encode(text))
    return btoa(String.fromCharCode(...new Uint8Array(signature, 0, (length / 4) * 3)))
      .replaceAll('+', '-')
      .replaceAll('/', '_')
  }
}
