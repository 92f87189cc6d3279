export type { LogCounts } from './counts.js'
export { createRequestLog } from './create-request-log.js'
export { csvCell } from './export.js'
export type { RequestLogOptions, Retention } from './options.js'
export type {
  ErasableOutbox,
  EraseOptions,
  LogExportOptions,
  LogNote,
  LogPage,
  LogSearch,
  LogTenant,
  RequestLog,
  WhyOptions,
} from './request-log.js'
export type { Sentence } from './sentences.js'
export type { LogLocale } from './texts/text.js'
export type { PersonState, Told, Why } from './why.js'
