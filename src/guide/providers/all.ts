import type { ProviderSource } from '../provider.js'
import type { GuideProvider } from '../types.js'
import { entraGuide } from './entra.js'
import { googleGuide } from './google.js'
import { jumpcloudGuide } from './jumpcloud.js'
import { oktaGuide } from './okta.js'
import { oneloginGuide } from './onelogin.js'
import { otherGuide } from './other.js'
import { pingGuide } from './ping.js'

/** What is known of each identity provider, in the order in which they are offered. */
export const providerSources: Readonly<Record<GuideProvider, ProviderSource>> = {
  okta: oktaGuide,
  entra: entraGuide,
  jumpcloud: jumpcloudGuide,
  onelogin: oneloginGuide,
  google: googleGuide,
  ping: pingGuide,
  other: otherGuide,
}
