// Starts the servers, each in a process of its own, and stops them again.
import { fork, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { freePort } from '../free-port.mjs'
import { serveArguments } from '../scimkit.mjs'

/**
 * @typedef {object} Server
 * @property {'bare' | 'scimkit' | 'scimmy' | 'base'} kind
 * @property {number} users how many users it held at the start
 * @property {string} url where /Users is
 * @property {import('node:child_process').ChildProcess} process
 */

// Express and others do less in production; every server gets the same.
const env = { ...process.env, NODE_ENV: 'production' }

/** @returns {Promise<Server>} of this checkout, or of another one as `base` */
export async function startScimkit(users, token, checkout) {
  const port = await freePort()
  const child = spawn(process.execPath, serveArguments({ port, token, users, checkout }), {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  killAtExit(child)
  const lines = createInterface({ input: child.stdout })
  const url = await Promise.race([
    (async () => {
      for await (const line of lines) {
        const found = /https?:\/\/\S+/.exec(line)?.[0]
        if (found !== undefined) return found
      }
      throw new Error('scimkit ended without saying where it serves')
    })(),
    once(child, 'error').then(([error]) => Promise.reject(error)),
  ])
  // Nobody reads the rest, and a full pipe would hold the server up.
  child.stdout.resume()
  return { kind: checkout === undefined ? 'scimkit' : 'base', users, url, process: child }
}

/** @returns {Promise<Server>} */
export async function startScimmy(users, token, usersFile) {
  const { url, process: child } = await forkServer('./scimmy-server.mjs', [usersFile, token])
  return { kind: 'scimmy', users, url, process: child }
}

/** @returns {Promise<Server>} one server for every size: its answers are handed to it */
export async function startBare() {
  const { url, process: child } = await forkServer('./bare-server.mjs', [])
  return { kind: 'bare', users: 0, url, process: child }
}

/** Tells the bare server what to answer from now on. */
export async function setBareAnswer(server, answer) {
  server.process.send(answer)
  await once(server.process, 'message')
}

/** @param {Server} server */
export async function stop(server) {
  if (server.process.exitCode !== null || server.process.signalCode !== null) return
  const ended = once(server.process, 'exit')
  server.process.kill()
  await ended
}

async function forkServer(file, args) {
  const child = fork(fileURLToPath(new URL(file, import.meta.url)), args, { env })
  killAtExit(child)
  const [message] = await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(([code]) => Promise.reject(new Error(`${file} ended with ${code}`))),
  ])
  return { url: message.url, process: child }
}

/** A bench that was interrupted leaves no server behind. */
function killAtExit(child) {
  process.once('exit', () => child.kill())
}
