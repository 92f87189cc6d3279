/** What a secret is for; part of its text, so that people and scanners of source code recognise it. */
export type SecretKind = 'token' | 'secret' | 'access'

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
/** 190 bits. */
const randomLength = 32
const checksumLength = 6

const shape = /^(token|secret|access)_([0-9A-Za-z]{32})([0-9A-Za-z]{6})$/

/**
 * A new secret: `<prefix>_<kind>_` with 32 random characters and 6 of a checksum, letters and digits only, so that a
 * double click selects it.
 */
export function makeSecret(prefix: string, kind: SecretKind): string {
  const text = `${prefix}_${kind}_${randomText()}`
  return text + checksumOf(text)
}

/** What a text is that was sent as a secret: its kind, or why it cannot be one. Asks no store. */
export function kindOfSecret(text: string, prefix: string): SecretKind | 'malformed' | 'checksum' {
  if (!text.startsWith(`${prefix}_`)) return 'malformed'
  const [, kind, , checksum] = shape.exec(text.slice(prefix.length + 1)) ?? []
  if (kind !== 'token' && kind !== 'secret' && kind !== 'access') return 'malformed'
  return checksumOf(text.slice(0, -checksumLength)) === checksum ? kind : 'checksum'
}

/** The characters by which people tell secrets apart. */
export function endingOf(secret: string): string {
  return secret.slice(-4)
}

/** SHA-256 of a text, as 64 hexadecimal digits. A secret has enough randomness to need no salt, nor a slow hash. */
export async function sha256(text: string): Promise<string> {
  const bytes = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

function randomText(): string {
  let text = ''
  while (text.length < randomLength) {
    for (const byte of crypto.getRandomValues(new Uint8Array(randomLength))) {
      // 248 is the last multiple of 62: a remainder of the bytes beyond it would favour the first letters.
      if (byte < 248 && text.length < randomLength) text += alphabet.charAt(byte % alphabet.length)
    }
  }
  return text
}

/** CRC-32 of ASCII text: against slips of the hand, not against forgery. */
function checksumOf(text: string): string {
  let crc = 0xffffffff
  for (let index = 0; index < text.length; index++) {
    crc ^= text.charCodeAt(index)
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1
  }
  let value = (crc ^ 0xffffffff) >>> 0
  let digits = ''
  for (let index = 0; index < checksumLength; index++) {
    digits = alphabet.charAt(value % alphabet.length) + digits
    value = Math.floor(value / alphabet.length)
  }
  return digits
}
