/** Whether a value is a URL with one of these schemes, without a user and a fragment, and without a query if not allowed. */
export function isPlainUrl(
  value: unknown,
  schemes: readonly string[],
  allowed: { readonly query?: boolean } = {},
): value is string {
  if (typeof value !== 'string' || !URL.canParse(value)) return false
  const { protocol, username, password, search, hash } = new URL(value)
  return schemes.includes(protocol) && username + password + hash === '' && (allowed.query || search === '')
}
