export type {
  Guide,
  GuideAttribute,
  GuideChapter,
  GuideField,
  GuideIssue,
  GuideLocale,
  GuideOptions,
  GuidePart,
  GuideProvider,
  GuideStep,
  GuideText,
  GuideValueName,
} from '../guide/index.js'
export { guide, guideProviders } from '../guide/index.js'
export type {
  ErasableOutbox,
  EraseOptions,
  LogCounts,
  LogExportOptions,
  LogLocale,
  LogNote,
  LogPage,
  LogSearch,
  LogTenant,
  PersonState,
  RequestLog,
  RequestLogOptions,
  Retention,
  Sentence,
  Told,
  Why,
  WhyOptions,
} from '../log/index.js'
export { createRequestLog } from '../log/index.js'
export type {
  BodyShape,
  LogEntry,
  LoggedResource,
  LogLimits,
  LogOutcome,
  LogQuery,
  RequestLogStore,
} from '../stores/index.js'
export { memoryRequestLog } from '../stores/index.js'
