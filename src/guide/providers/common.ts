import type { GuideFacts } from '../facts.js'
import type { Words } from '../provider.js'

/** What provisioning does, for identity providers without words of their own for it. */
export function plainFeatures({ canDeactivate, hasGroups }: GuideFacts): readonly Words[] {
  return [
    {
      en: '**Create users**: users who are assigned to the app are created in {service}.',
      de: '**Benutzer anlegen**: Wer Zugriff auf die App erhält, wird in {service} angelegt.',
    },
    {
      en: '**Update users**: changes of mapped attributes are sent to {service}.',
      de: '**Benutzer ändern**: Änderungen zugeordneter Attribute werden an {service} gesendet.',
    },
    ...(canDeactivate
      ? [
          {
            en: `**Deactivate users**: taking the access away, or suspending or deleting the user, {deactivates} the user in {service}.`,
            de: `**Benutzer deaktivieren**: Wird der Zugriff entzogen oder der Benutzer gesperrt oder gelöscht, gilt das auch in {service} ({deactivates}).`,
          },
        ]
      : []),
    ...(hasGroups
      ? [
          {
            en: '**Groups**: groups and their members are sent to {service}.',
            de: '**Gruppen**: Gruppen und ihre Mitglieder werden an {service} gesendet.',
          },
        ]
      : []),
  ]
}

/** What is needed of the service. */
export function credentialsNeeded({ authentication, isTokenFromPage }: GuideFacts): Words {
  if (authentication === 'oauth')
    return {
      en: 'From {service}: the Base URL `{baseUrl}`, the token endpoint, a client ID and a client secret.',
      de: 'Von {service}: die Base URL `{baseUrl}`, der Token-Endpunkt, eine Client-ID und ein Client-Secret.',
    }
  return isTokenFromPage
    ? {
        en: 'From {service}: the Base URL `{baseUrl}` and a token, which its page for provisioning issues.',
        de: 'Von {service}: die Base URL `{baseUrl}` und ein Token, das die Seite für die Provisionierung ausstellt.',
      }
    : {
        en: 'From {service}: the Base URL `{baseUrl}` and a token, which {support} hands out.',
        de: 'Von {service}: die Base URL `{baseUrl}` und ein Token; erhältlich bei: {support}.',
      }
}

/** Attributes that are the same everywhere. */
const coreAttributes = [
  'userName',
  'active',
  'displayName',
  'name.givenName',
  'name.familyName',
  'emails[type eq "work"].value',
  'phoneNumbers[type eq "work"].value',
  'phoneNumbers[type eq "mobile"].value',
  'title',
  'locale',
  'timezone',
  'externalId',
] as const

const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'

/** Those of the Enterprise User (RFC 7643 section 4.3). */
const enterpriseAttributes: readonly string[] = [
  'employeeNumber',
  'costCenter',
  'organization',
  'division',
  'department',
  'manager.value',
].map((name) => `${enterprise}:${name}`)

/** Those attributes, each under its own path, with what the identity provider takes it from where that is known. */
export function attributesFrom(sources: Readonly<Record<string, string>> = {}) {
  return [...coreAttributes, ...enterpriseAttributes].map((path) => {
    const source = sources[path]
    return { path, target: path, ...(source !== undefined && { source }) }
  })
}

/** The last part of a path, as flat mappings call it. */
export function lastName(path: string): string {
  return path.slice(Math.max(path.lastIndexOf(':'), path.lastIndexOf('.')) + 1)
}

/** Said of attributes where the identity provider has no say in the mapping. */
export const notKeptNote: Words = {
  en: 'Attributes marked *not kept* are ignored by {service}.',
  de: 'Als *nicht gespeichert* markierte Attribute übergeht {service}.',
}
