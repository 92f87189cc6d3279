import type { GuideFacts } from './facts.js'
import type { Words } from './provider.js'
import type { GuideProvider } from './types.js'
import { words } from './words.js'

/** What of a configuration an identity provider refuses. */
export function warningsOf({ baseUrl, isBaseUrlKnown }: GuideFacts, idp: GuideProvider): readonly Words[] {
  if (!isBaseUrlKnown || !URL.canParse(baseUrl)) return []
  const { protocol, hostname } = new URL(baseUrl)
  const isPrivate = isPrivateHost(hostname)
  return [
    ...(protocol === 'https:' || isPrivate ? [] : [words.notHttps]),
    ...(isPrivate ? [words.notPublic] : []),
    ...(idp === 'okta' && hostname.includes('_') ? [words.underscore] : []),
  ]
}

/** Whether a host cannot be reached from the internet. */
function isPrivateHost(hostname: string): boolean {
  return (
    hostname === 'localhost' ||
    hostname === '[::1]' ||
    /\.(?:local|localhost|internal)$/.test(hostname) ||
    /^(?:127|10)\.|^192\.168\.|^172\.(?:1[6-9]|2\d|3[01])\./.test(hostname)
  )
}
