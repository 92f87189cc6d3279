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
  ErasedEntries,
  LogEntry,
  LoggedResource,
  LogLimits,
  LogOutcome,
  LogQuery,
  RequestLogStore,
} from '../stores/index.js'
export { memoryRequestLog } from '../stores/index.js'
export type { Portal } from './create-portal.js'
export { createPortal } from './create-portal.js'
export type { GuestLink, GuestLinkOptions, GuestRights } from './guest-links.js'
export { germanMessages } from './messages/de.js'
export type { PortalMessages } from './messages/en.js'
export { englishMessages } from './messages/en.js'
export type { PortalOptions, PortalVariables } from './options.js'
export type { PortalAccess, PortalAuthorize, PortalRequest } from './principal.js'
