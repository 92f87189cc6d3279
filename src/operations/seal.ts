/** The `CryptoKey` of the platform, which not every platform's types name. */
type CipherKey = Awaited<ReturnType<typeof crypto.subtle.importKey>>

const ivLength = 12

/** Characters of a name: 192 bits, enough that two never collide. */
const nameLength = 32

function toBytes(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text)
}

function toBase64url(bytes: Uint8Array): string {
  let binary = ''
  for (const byte of bytes) binary += String.fromCharCode(byte)
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}

function fromBase64url(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (!/^[\w-]+$/.test(text)) return undefined
  try {
    const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'))
    const bytes = new Uint8Array(binary.length)
    for (let at = 0; at < binary.length; at++) bytes[at] = binary.charCodeAt(at)
    return bytes
  } catch {
    return undefined
  }
}

/** A random text for one name in a list of them. */
export function randomId(): string {
  return toBase64url(crypto.getRandomValues(new Uint8Array(16)))
}

/** Encrypts texts that leave the service, so that clients and stores can neither read nor change them (AES-GCM). */
export class Seal {
  private key: Promise<CipherKey> | undefined
  private nameKey: Promise<CipherKey> | undefined

  /**
   * @param purpose what no seal of another purpose opens.
   * @param secret what the key is derived from; undefined: a random key of this process.
   */
  constructor(
    private readonly purpose: string,
    private readonly secret: string | undefined,
  ) {}

  /** @param binding what {@link open} must be given too. */
  async seal(text: string, binding: string): Promise<string> {
    const iv = crypto.getRandomValues(new Uint8Array(ivLength))
    const data = await crypto.subtle.encrypt(algorithm(iv, binding), await this.cipherKey(), toBytes(text))
    const bytes = new Uint8Array(ivLength + data.byteLength)
    bytes.set(iv)
    bytes.set(new Uint8Array(data), ivLength)
    return toBase64url(bytes)
  }

  /** Undefined for what was not sealed by this secret, for this purpose and with this binding. */
  async open(sealed: string, binding: string): Promise<string | undefined> {
    const bytes = fromBase64url(sealed)
    if (!bytes || bytes.length <= ivLength) return undefined
    // Outside of the try: without a key, it is not the text that is wrong.
    const cipherKey = await this.cipherKey()
    try {
      const given = algorithm(bytes.subarray(0, ivLength), binding)
      const plain = await crypto.subtle.decrypt(given, cipherKey, bytes.subarray(ivLength))
      return new TextDecoder().decode(plain)
    } catch {
      return undefined
    }
  }

  /** A name for a text that does not say what it is. */
  async nameOf(text: string): Promise<string> {
    this.nameKey ??= this.digest('name').then((bytes) =>
      crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']),
    )
    const signature = await crypto.subtle.sign('HMAC', await this.nameKey, toBytes(text))
    return toBase64url(new Uint8Array(signature)).slice(0, nameLength)
  }

  private cipherKey(): Promise<CipherKey> {
    this.key ??= this.digest().then((bytes) =>
      crypto.subtle.importKey('raw', bytes, 'AES-GCM', false, ['encrypt', 'decrypt']),
    )
    return this.key
  }

  private digest(part?: string): Promise<ArrayBuffer> {
    const { purpose, secret } = this
    const label = part === undefined ? purpose : `${purpose}:${part}`
    const bytes =
      secret === undefined
        ? crypto.getRandomValues(new Uint8Array(32))
        : toBytes(`scimkit ${label} ${secret}`)
    return crypto.subtle.digest('SHA-256', bytes)
  }
}

function algorithm(iv: Uint8Array<ArrayBuffer>, binding: string) {
  return { name: 'AES-GCM', iv, additionalData: toBytes(binding) }
}
