import type { ProviderSource } from '../provider.js'
import type { GuideProvider } from '../types.js'
import { entra } from './entra.js'
import { google } from './google.js'
import { jumpcloud } from './jumpcloud.js'
import { okta } from './okta.js'
import { onelogin } from './onelogin.js'
import { other } from './other.js'
import { ping } from './ping.js'

/** What is known of each identity provider. */
export const providerSources: Readonly<Record<GuideProvider, ProviderSource>> = {
  okta,
  entra,
  jumpcloud,
  onelogin,
  google,
  ping,
  other,
}
