import type { RequestDetail, RequestEvent, RequestRecorder } from '../index.js'
import { explainTrace } from '../index.js'

type TraceEntry = RequestEvent['trace'][number]

/** What is printed, and of which service. */
export interface PrintOptions {
  /** The path that SCIM is mounted at. */
  readonly basePath: string
  /** Whether values are shown that may name a person. */
  readonly personalData: boolean
}

/** A log whose entries are printed too, as they come. */
export function printing(log: RequestRecorder, options: PrintOptions): RequestRecorder {
  return {
    attach: (service) => log.attach?.(service),
    record(event, detail) {
      log.record(event, detail)
      console.log(linesOf(event, detail, options).join('\n'))
    },
  }
}

/** A request in a line, a line for each thing that was done to it, and one of what came of it: each thing once. */
function linesOf(
  event: RequestEvent,
  detail: RequestDetail,
  { basePath, personalData }: PrintOptions,
): readonly string[] {
  const { error, ...rest } = event
  const { method, path, status, durationMs, operation, resourceType, trace } = rest
  const isRefused = status >= 400
  // Of a request that was refused nothing came: its line has the status, and the error is said below.
  const outcome = { ...rest, status: isRefused ? 200 : status }
  const explain = (entries: readonly TraceEntry[], shown: RequestDetail) =>
    explainTrace({ ...outcome, trace: entries, detail: shown }, { personalData })
  const body = { body: detail.body }
  // Where a sentence says more than the rule's own message it takes its place.
  const isExplained = (entry: TraceEntry) => !explain([entry], body).includes(entry.message)
  const explained = trace.filter(isExplained)
  const sentences = explain(explained, isRefused ? body : detail)
  const rules = [...new Set(explained.map(({ rule }) => rule))]
  const what = [resourceType, operation].filter(Boolean).join(' ')
  const where = path.startsWith('/../') ? `(not below ${basePath})` : path
  return [
    `${method} ${where} ${status} ${durationMs.toFixed(1)}ms ${what}`.trimEnd(),
    ...trace.filter((entry) => !isExplained(entry)).map(lineOf),
    ...(error === undefined ? [] : [`  error: ${error}`]),
    ...(sentences === '' ? [] : [`  ${[sentences, ...rules.map((rule) => `[${rule}]`)].join(' ')}`]),
  ]
}

function lineOf({ rule, path, message }: TraceEntry): string {
  return `  ${rule}${path === undefined ? '' : ` ${path}`}: ${message}`
}
