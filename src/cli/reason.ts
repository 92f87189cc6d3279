/** What went wrong, in a line. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return withoutPasswords(String(error))
  const { code } = error as NodeJS.ErrnoException
  return withoutPasswords(error.message.split('\n')[0] || code || error.name)
}

/** A text without the user and the password of each URL in it: modules and drivers name the URLs that they were given. */
export function withoutPasswords(text: string): string {
  // At blanks and quotes, which no URL has.
  return text
    .split(/([\s"'`<>])/)
    .map(withoutPassword)
    .join('')
}

function withoutPassword(word: string): string {
  const start = word.indexOf('://')
  // The last of them: a password may have others, and slashes too.
  const end = word.lastIndexOf('@')
  return start === -1 || end <= start ? word : `${word.slice(0, start)}://…${word.slice(end)}`
}
