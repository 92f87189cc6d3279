const text = new TextEncoder()

/** Bytes as text for URLs, cookies and forms. */
export function base64url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes)).replace(/[+/=]/g, (character) =>
    character === '+' ? '-' : character === '/' ? '_' : '',
  )
}

/** A text that cannot be guessed: 256 bits. */
export function randomText(): string {
  return base64url(crypto.getRandomValues(new Uint8Array(32)))
}

/** The SHA-256 digest of a text, as 64 hexadecimal digits. */
export async function digestOf(value: string): Promise<string> {
  const bytes = new Uint8Array(await crypto.subtle.digest('SHA-256', text.encode(value)))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** Makes the function that signs texts with a secret (HMAC-SHA-256). */
export function signer(secret: string): (value: string) => Promise<string> {
  const key = crypto.subtle.importKey('raw', text.encode(secret), { name: 'HMAC', hash: 'SHA-256' }, false, [
    'sign',
  ])
  return async (value) =>
    base64url(new Uint8Array(await crypto.subtle.sign('HMAC', await key, text.encode(value))))
}

/** Whether two signatures are the same, in a time that does not tell where they differ. */
export function isSameSignature(given: string, expected: string): boolean {
  let difference = given.length ^ expected.length
  for (let index = 0; index < expected.length; index++) {
    difference |= given.charCodeAt(index % Math.max(given.length, 1)) ^ expected.charCodeAt(index)
  }
  return difference === 0
}
