import { type ChildProcess, spawn } from 'node:child_process'
import { createServer } from 'node:net'

/** A program that was started, and everything that it has said so far. */
export interface Program extends AsyncDisposable {
  readonly child: ChildProcess
  readonly out: () => string
  readonly err: () => string
  /** The exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals | null>
}

/** Node that compiles WebAssembly quickly rather than well: what runs PGlite for one test has no use for better code. */
export const node = [process.execPath, '--liftoff-only'] as const

export const root = new URL('../..', import.meta.url).pathname

const running = new Set<ChildProcess>()
// Also where a test is ended from outside.
process.once('exit', () => {
  for (const child of running) kill(child)
})

/** A program may have started others, as npm does: the whole group ends. */
function kill(child: ChildProcess): void {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
  } catch {
    // It has ended by itself.
  }
}

/** Starts a program, in the repository unless told. Without `SCIM_TOKEN` and `PORT`, unless given. */
export function start(
  [command = '', ...args]: readonly string[],
  { cwd = root, env = {} }: { cwd?: string; env?: Readonly<Record<string, string>> } = {},
): Program {
  const { SCIM_TOKEN, PORT, ...inherited } = process.env
  const child = spawn(command, args, { cwd, env: { ...inherited, ...env }, detached: true })
  running.add(child)
  let out = ''
  let err = ''
  child.stdout.setEncoding('utf8').on('data', (text) => {
    out += text
  })
  child.stderr.setEncoding('utf8').on('data', (text) => {
    err += text
  })
  const ended = new Promise<number | NodeJS.Signals | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => {
      running.delete(child)
      resolve(code ?? signal)
    })
  })
  async function end() {
    kill(child)
    await ended
  }
  return { child, out: () => out, err: () => err, ended, [Symbol.asyncDispose]: end }
}

/** Waits until a program has said something, and gives back what was found of it. */
export async function said({ out, err, child }: Program, pattern: RegExp): Promise<RegExpExecArray> {
  for (;;) {
    const match = pattern.exec(out())
    if (match) return match
    if (child.exitCode !== null || child.signalCode !== null) {
      throw new Error(`It ended without saying ${pattern}:\n${out()}${err()}`)
    }
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

/** The URL that `scimkit serve` says first. */
export async function served(program: Program): Promise<string> {
  const [, url = ''] = await said(program, /^scimkit serving SCIM at (http:\S+)\n/)
  return url
}

/** A request with a token. */
export async function ask(url: string, token: string, init: RequestInit = {}) {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/scim+json' }
  const response = await fetch(url, { ...init, headers })
  const text = await response.text()
  return { status: response.status, json: text === '' ? undefined : JSON.parse(text) }
}

/** A port that nobody listens on. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject)
    server.listen(0, () => {
      const address = server.address()
      const port = typeof address === 'object' && address ? address.port : 0
      server.close(() => resolve(port))
    })
  })
}
