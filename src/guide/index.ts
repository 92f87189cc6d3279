export { serviceNameIn } from './facts.js'
export { guide, guideProviders } from './guide.js'
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
} from './types.js'
