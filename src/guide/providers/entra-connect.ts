import type { GuideFacts } from '../facts.js'
import type { StepSource, Words } from '../provider.js'

const federationNote: Words = {
  en: 'Without a secret: choose **Workload Identity Federation** as **Authentication Method** and register or select a workload identity. Give {service} the **Issuer**, the **Subject** and the **Audience** that Entra ID shows, and enter its values as **Client Identifier**, **Token Endpoint** and **SCIM URL**.',
  de: 'Ohne Geheimnis: **Workload Identity Federation** als **Authentication Method** wählen und eine Workload Identity anlegen oder auswählen. **Issuer**, **Subject** und **Audience**, die Entra ID zeigt, bei {service} eintragen, und dessen Werte als **Client Identifier**, **Token Endpoint** und **SCIM URL**.',
}

/** How the application is connected with the service. */
export function connectSteps({
  authentication,
  isTokenFromPage,
  options,
}: GuideFacts): readonly StepSource[] {
  const credentials: StepSource =
    authentication === 'oauth'
      ? {
          id: 'credentials',
          text: {
            en: 'Choose OAuth client credentials and enter the values.',
            de: 'OAuth Client Credentials wählen und die Werte eintragen.',
          },
          fields: [
            { label: 'Authentication Method', value: 'OAuth2 Client Credentials Grant' },
            { label: 'Tenant URL', name: 'baseUrl' },
            { label: 'Token Endpoint', name: 'tokenUrl' },
            { label: 'Client Identifier', name: 'clientId' },
            { label: 'Client Secret', name: 'clientSecret' },
            { label: 'How credentials are sent', value: 'Header' },
            { label: 'OAuth 2.0 scopes', name: 'scope' },
          ],
          notes: options.oauth?.federation ? [federationNote] : [],
        }
      : {
          id: 'credentials',
          text: {
            en: 'Enter the Base URL and the token, without `Bearer` before it.',
            de: 'Base URL und Token eintragen, ohne `Bearer` davor.',
          },
          fields: [
            { label: 'Tenant URL', name: 'baseUrl' },
            { label: 'Secret Token', name: 'token' },
          ],
          notes: [
            {
              en: 'Never leave **Secret Token** empty: Entra ID would send a token of its own.',
              de: '**Secret Token** nie leer lassen: Entra ID würde ein eigenes Token senden.',
            },
            isTokenFromPage
              ? {
                  en: 'Issue the token on the provisioning page of {service}; it is shown once.',
                  de: 'Das Token auf der Provisionierungs-Seite von {service} ausstellen; es wird einmal gezeigt.',
                }
              : {
                  en: 'The token is handed out by {support}.',
                  de: 'Das Token ist erhältlich bei: {support}.',
                },
          ],
        }
  return [
    credentials,
    {
      id: 'flag',
      text: {
        en: 'For changes in the standard’s own form, append `?aadOptscim062020` to **Tenant URL**. {service} accepts both forms.',
        de: 'Für Änderungen in der Form des Standards `?aadOptscim062020` an **Tenant URL** anhängen. {service} versteht beide Formen.',
      },
      isOptional: true,
    },
    {
      id: 'test-connection',
      text: { en: 'Press **Test Connection**.', de: '**Test Connection** wählen.' },
      expect: {
        en: 'A notice says that the credentials are authorized to enable provisioning. Entra ID has looked for a user who does not exist.',
        de: 'Eine Meldung sagt, dass die Zugangsdaten die Provisionierung erlauben. Entra ID hat nach einem Benutzer gesucht, den es nicht gibt.',
      },
    },
    {
      id: 'create',
      text: {
        en: 'Press **Create** (in older consoles **Save**).',
        de: '**Create** wählen (in älteren Konsolen **Save**).',
      },
    },
  ]
}
