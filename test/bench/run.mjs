// The entry: measures what was asked for and prints it. Progress goes to stderr,
// results to stdout.
import { availableParallelism, loadavg } from 'node:os'
import { measureHttp } from './http/http.mjs'
import { measureInProcess } from './inprocess/inprocess.mjs'
import { describeMachine } from './machine.mjs'
import { readOptions, usage } from './options.mjs'
import { measureImport } from './package/import.mjs'
import { measureSize } from './package/size.mjs'
import { asMarkdown, asText, summary, tables } from './report.mjs'
import { measureRequests } from './requests/requests.mjs'
import { assertBuilt } from './scimkit.mjs'

/**
 * @typedef {object} Results
 * @property {Record<string, string>} machine
 * @property {import('./options.mjs').Options} options
 * @property {import('./http/http.mjs').HttpRow[]} [http]
 * @property {import('./inprocess/inprocess.mjs').Row[]} [inProcess]
 * @property {import('./requests/requests.mjs').RequestRow[]} [groups]
 * @property {import('./requests/requests.mjs').RequestRow[]} [bulk]
 * @property {import('./requests/requests.mjs').RequestRow[]} [pages]
 * @property {import('./package/size.mjs').SizeRow[]} [size]
 * @property {import('./package/import.mjs').ImportRow[]} [import]
 * @property {(import('./targets.mjs').Check & { row: string })[]} checks every row's that has a target, in one list
 */

for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1))

try {
  const options = readOptions(process.argv.slice(2))
  if (options === undefined) process.stdout.write(usage)
  else print(await measure(options), options)
} catch (error) {
  console.error(error)
  process.exitCode = 1
}

/** @returns {Promise<Results>} */
async function measure(options) {
  if (!options.peersOnly) assertBuilt()
  if (options.base !== undefined) assertBuilt(options.base)
  const log = (line) => console.error(line)
  const wanted = (part) => options.parts.includes(part)
  /** @type {Results} */
  const results = { machine: describeMachine(), options, checks: [] }
  if (loadavg()[0] > availableParallelism() / 2) {
    log('The machine is busy with something else: the load gets too little of it, and ratios come out wrong.')
  }

  // The small ones first: the HTTP part leaves the machine warm.
  if (wanted('import')) results.import = measureImport(options)
  if (wanted('size') && !options.peersOnly) results.size = await measureSize()
  if (wanted('inprocess')) results.inProcess = await measureInProcess(options, log)
  for (const part of ['groups', 'bulk', 'pages']) {
    if (wanted(part)) results[part] = await measureRequests(part, options, log)
  }
  if (wanted('http')) results.http = await measureHttp(options, log)

  const { http, inProcess, groups, bulk, pages, size, import: imports } = results
  const rows = [http, inProcess, groups, bulk, pages, size, imports].flatMap((some) => some ?? [])
  results.checks = rows
    .flatMap(({ name, checks }) => checks.map((one) => ({ row: name, ...one })))
    .filter(({ met }) => met !== undefined)
  return results
}

function print(results, { markdown, json }) {
  for (const table of tables(results)) console.log(markdown ? asMarkdown(table) : asText(table))
  console.log(summary(results.checks))
  if (json) console.log(JSON.stringify(results))
}
