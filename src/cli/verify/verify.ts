import { writeFile } from 'node:fs/promises'
import {
  CannotVerify,
  type CaseResult,
  cleanUp,
  findMarked,
  markPrefix,
  planProfiles,
  VerifyRun,
  type WireCase,
  type WireOptions,
  wireCases,
} from '../../testing/wire/index.js'
import { exitCodes } from '../exit-codes.js'
import { printText } from '../print.js'
import { reasonOf } from '../reason.js'
import { UsageError } from '../usage-error.js'
import { askForConsent, askForToken } from './ask.js'
import { asJunit } from './junit.js'
import type { VerifyOptions } from './options.js'
import { asReport } from './report.js'
import { summarise, type VerifySummary } from './summary.js'
import { asText } from './text.js'

/**
 * Verifies a server, and prints what is found.
 *
 * @returns the exit code.
 * @throws UsageError where the server cannot be verified; the message is a sentence.
 */
export async function verify(options: VerifyOptions): Promise<number> {
  try {
    return await verifyServer(options)
  } catch (error) {
    throw error instanceof CannotVerify ? new UsageError(error.message, { cause: error }) : error
  }
}

async function verifyServer(options: VerifyOptions): Promise<number> {
  const token = options.token ?? (await askForToken())
  const ended = new AbortController()
  const stop = () => {
    if (ended.signal.aborted) process.exit(exitCodes.notRun)
    process.stderr.write('\ninterrupted: removing what this run has made (once more to leave it)\n')
    ended.abort()
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, stop)
  const { baseUrl, timeoutMs } = options
  const wire: WireOptions = { baseUrl, token, timeoutMs, signal: ended.signal }
  return options.cleanUp ? removeLeftOvers(wire, options) : runCases(wire, options)
}

async function runCases(wire: WireOptions, options: VerifyOptions): Promise<number> {
  const startedAt = new Date()
  const run = await VerifyRun.start(wire)
  const planned = planProfiles(options.as, run.target)
  const all = planned.flatMap(({ profile }) => wireCases[profile])
  const cases = options.readOnly ? all.filter(({ readsOnly }) => readsOnly) : all
  if (!options.readOnly) await consent(options, plan(run, cases))
  const results = await runAll(run, cases)
  const leftOver = options.readOnly ? [] : await run.sweep()
  const { session } = run
  const about = {
    baseUrl: options.baseUrl,
    startedAt: startedAt.toISOString(),
    durationMs: Date.now() - startedAt.getTime(),
    run: session.run,
    readOnly: options.readOnly,
    cases: results,
    observations: run.observations(),
    dropped: run.droppedAttributes(),
    leftOver,
  }
  const summary = summarise(about, planned)
  await publish(summary, options)
  return summary.exitCode
}

/** Runs every case. @throws CannotVerify when it is broken off, once what it had made is removed. */
async function runAll(run: VerifyRun, cases: readonly WireCase[]): Promise<readonly CaseResult[]> {
  const results: CaseResult[] = []
  const { stderr } = process
  try {
    for (const [index, one] of cases.entries()) {
      if (stderr.isTTY) stderr.write(`\r\u001b[K${index + 1} of ${cases.length}  ${one.id}`)
      results.push(await run.run(one))
    }
    return results
  } catch (error) {
    if (!(error instanceof CannotVerify)) throw error
    const left = await run.sweep()
    const rest =
      left.length === 0
        ? 'what it had made is removed'
        : `${left.length} of what it had made is left: ${remedy}`
    throw new CannotVerify(`${error.message}: ${rest}`, { cause: error })
  } finally {
    if (stderr.isTTY) stderr.write('\r\u001b[K')
  }
}

const remedy = 'run the same command with --cleanup'

/** What a run is going to do, in sentences. */
function plan({ session, target }: VerifyRun, cases: readonly WireCase[]): string {
  const { baseUrl } = session.options
  const writes = cases.filter(({ readsOnly }) => !readsOnly).length
  const groups = target.can('groups') ? ' and groups' : ''
  return `This run asks ${baseUrl} in ${cases.length} cases. In ${writes} of them it creates users${groups}, changes them and
deletes them again: all are named ${markPrefix}${session.run}-…, with addresses at example.com and example.org.
Creating users may send mail and may take seats of a licence. Nothing else is changed; what is left when the run
breaks off is removed with --cleanup.
`
}

/** @throws UsageError where the user has not agreed. */
async function consent({ yes }: VerifyOptions, text: string): Promise<void> {
  process.stderr.write(text)
  if (yes) return
  const agrees = await askForConsent('Go on? [y/N] ')
  if (agrees) return
  throw new UsageError(
    agrees === undefined
      ? 'nothing was written: agree with --yes, or ask only what changes nothing with --read-only'
      : 'nothing was written',
  )
}

async function removeLeftOvers(wire: WireOptions, options: VerifyOptions): Promise<number> {
  // Says in a sentence where there is no server.
  const { session } = await VerifyRun.start(wire)
  const { paths, isComplete } = await findMarked(session)
  if (!isComplete)
    throw new CannotVerify(
      `${wire.baseUrl} does not list all of its users, so that what is left cannot be found`,
    )
  if (paths.length === 0) {
    process.stderr.write(`there is nothing at ${wire.baseUrl} whose name begins with ${markPrefix}\n`)
    return exitCodes.done
  }
  await consent(
    options,
    `This removes ${paths.length} users and groups whose names begin with ${markPrefix}:\n${list(paths)}\n`,
  )
  const left = await cleanUp(session, paths)
  for (const { path, reason } of left) process.stderr.write(`${path}: ${reason}\n`)
  process.stderr.write(`${paths.length - left.length} removed, ${left.length} left\n`)
  return left.length === 0 ? exitCodes.done : exitCodes.no
}

const shownPaths = 20

function list(paths: readonly string[]): string {
  const rest = paths.length > shownPaths ? [`  and ${paths.length - shownPaths} more`] : []
  return [...paths.slice(0, shownPaths).map((path) => `  ${path}`), ...rest].join('\n')
}

/** Prints the summary, and writes the files that were asked for. @throws UsageError */
async function publish(summary: VerifySummary, options: VerifyOptions): Promise<void> {
  const json = options.json === undefined ? undefined : `${JSON.stringify(summary, undefined, 2)}\n`
  const files = [
    [options.json, json],
    [options.junit, options.junit === undefined ? undefined : asJunit(summary)],
    [options.report, options.report === undefined ? undefined : await asReport(summary)],
  ] as const
  for (const [file, text] of files) {
    if (file === undefined || text === undefined) continue
    if (file === '-') await printText(text)
    else await write(file, text)
  }
  // What a program reads stays free of what people read.
  const isTaken = options.json === '-' || options.junit === '-'
  if (isTaken) process.stderr.write(`${asText(summary)}\n`)
  else await printText(`${asText(summary)}\n`)
}

async function write(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text)
  } catch (error) {
    throw new UsageError(`${file} cannot be written: ${reasonOf(error)}`, { cause: error })
  }
}
