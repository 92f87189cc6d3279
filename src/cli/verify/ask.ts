import { createInterface } from 'node:readline/promises'
import { UsageError } from '../usage-error.js'
import { readToken } from './options.js'

/** How long a token is waited for on a standard input that is no terminal, in milliseconds. */
const tokenTimeoutMs = 5000

/** A token from the standard input: its first line. @throws UsageError where there is none. */
export async function askForToken(): Promise<string> {
  const { stdin, stderr } = process
  const line = stdin.isTTY ? await question('API token: ', false) : await firstLine(stdin)
  stderr.write(stdin.isTTY ? '\n' : '')
  const token = readToken(line?.trim())
  if (!token)
    throw new UsageError('there is no token: give it with --token, SCIM_TOKEN or on the standard input')
  return token
}

/** Asks on the terminal. Undefined: there is no terminal to ask on. */
export async function askForConsent(text: string): Promise<boolean | undefined> {
  if (!process.stdin.isTTY) return undefined
  const answer = await question(text, true)
  return /^y(?:es)?$/i.test(answer.trim())
}

async function question(text: string, isShown: boolean): Promise<string> {
  const { stdin: input, stderr: output } = process
  // A token is not shown while it is typed.
  const lines = createInterface(isShown ? { input, output, terminal: true } : { input, terminal: true })
  output.write(isShown ? '' : text)
  try {
    return await lines.question(isShown ? text : '')
  } finally {
    lines.close()
  }
}

function firstLine(input: NodeJS.ReadStream): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    let text = ''
    const end = (value: string | undefined) => {
      clearTimeout(timer)
      input.removeAllListeners('data').pause()
      // A pipe that stays open would keep the process alive.
      if ('unref' in input) input.unref()
      resolve(value)
    }
    const timer = setTimeout(() => end(undefined), tokenTimeoutMs)
    input.setEncoding('utf8')
    input.on('data', (part: string) => {
      text += part
      if (text.includes('\n')) end(text.split('\n')[0])
    })
    input.once('end', () => end(text))
    input.once('error', reject)
  })
}
