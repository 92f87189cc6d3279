/** Writes to the standard output, until the text is out: the process may end right after. */
export function printText(text: string): Promise<void> {
  return new Promise((done) => process.stdout.write(text, () => done()))
}
