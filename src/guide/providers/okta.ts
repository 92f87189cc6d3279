import type { ProviderSource } from '../provider.js'
import { oktaAttributes } from './okta-attributes.js'
import { oktaIssues } from './okta-issues.js'
import { oktaChapters } from './okta-steps.js'

/** Okta, with the SCIM 2.0 app of its catalogue or the service's own there. */
export const oktaGuide: ProviderSource = {
  name: 'Okta',
  console: 'Okta Admin Console, November 2026',
  features({ canDeactivate, hasGroups, storesPasswords }) {
    return [
      {
        en: '**Create users** (push new users): a user who is assigned to the app in Okta is created in {service}.',
        de: '**Create users** (Push New Users): Wer der App in Okta zugewiesen wird, wird in {service} angelegt.',
      },
      {
        en: '**Update user attributes** (push profile updates): a change of a user’s profile in Okta is pushed to {service}.',
        de: '**Update user attributes** (Push Profile Updates): Ändert sich das Profil in Okta, wird die Änderung an {service} gesendet.',
      },
      ...(canDeactivate
        ? [
            {
              en: `**Deactivate users** (push user deactivation): deactivating a user in Okta, or removing the user’s assignment to the app, {deactivates} the user in {service}. Assigned again, the same user is reactivated.`,
              de: `**Deactivate users** (Push User Deactivation): Wird ein Benutzer in Okta deaktiviert oder seine Zuweisung zur App entfernt, gilt das auch in {service} ({deactivates}). Wird er wieder zugewiesen, wird derselbe Benutzer wieder aktiviert.`,
            },
          ]
        : []),
      ...(hasGroups
        ? [
            {
              en: '**Group push** (push groups): groups of Okta and their members can be pushed to {service}.',
              de: '**Group push** (Push Groups): Gruppen aus Okta und ihre Mitglieder können an {service} gesendet werden.',
            },
          ]
        : []),
      ...(storesPasswords
        ? [
            {
              en: '**Sync password**: the password can be pushed to {service}.',
              de: '**Sync password**: Das Passwort kann an {service} gesendet werden.',
            },
          ]
        : []),
    ]
  },
  requirements({ options, isTokenFromPage }) {
    return [
      {
        en: 'In Okta: the right to create and configure applications, as a super administrator or application administrator has it, and Lifecycle Management, without which there is no tab **Provisioning**.',
        de: 'In Okta: das Recht, Anwendungen anzulegen und einzurichten (Super- oder Anwendungsadministrator), und Lifecycle Management; ohne dieses fehlt die Registerkarte **Provisioning**.',
      },
      ...(options.oauth
        ? [
            {
              en: 'From {service}: the Base URL, a client ID and a client secret.',
              de: 'Von {service}: die Base URL, eine Client-ID und ein Client-Secret.',
            },
          ]
        : [
            isTokenFromPage
              ? {
                  en: 'From {service}: the Base URL `{baseUrl}` and an API token, which its page for provisioning issues.',
                  de: 'Von {service}: die Base URL `{baseUrl}` und ein API-Token, das die Seite für die Provisionierung ausstellt.',
                }
              : {
                  en: 'From {service}: the Base URL `{baseUrl}` and an API token, which {support} hands out.',
                  de: 'Von {service}: die Base URL `{baseUrl}` und ein API-Token; erhältlich bei: {support}.',
                },
          ]),
    ]
  },
  chapters: oktaChapters,
  attributes: oktaAttributes,
  targetOf: (path, urn) => (urn === undefined ? path : path.slice(urn.length + 1)),
  asksNamespace: true,
  attributeNotes: () => [
    {
      en: 'On **Provisioning > To App**, the table **Attribute Mappings** says what is sent. Leave the rows that are there: those marked *not kept* are ignored by {service}.',
      de: 'Unter **Provisioning > To App** steht in **Attribute Mappings**, was gesendet wird. Die vorhandenen Zeilen können bleiben: Was als *nicht gespeichert* markiert ist, übergeht {service}.',
    },
    {
      en: 'For an attribute that is missing there: **Go to Profile Editor > Add Attribute**, with the external name and the external namespace of the table, letter by letter. One that was added before provisioning was switched on has no namespace and is never sent: delete it and add it again.',
      de: 'Fehlt ein Attribut dort: **Go to Profile Editor > Add Attribute**, mit External name und External namespace aus der Tabelle, Buchstabe für Buchstabe. Eines, das vor dem Einschalten der Provisionierung hinzugefügt wurde, hat keinen Namespace und wird nie gesendet: löschen und neu anlegen.',
    },
  ],
  issues: oktaIssues,
}
