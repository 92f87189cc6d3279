import type { ProviderSource } from '../provider.js'
import { attributesFrom, credentialsNeeded, notKeptNote, plainFeatures } from './common.js'

const sources: Readonly<Record<string, string>> = {
  userName: 'Basic Information > Primary email',
  'name.givenName': 'Basic Information > First name',
  'name.familyName': 'Basic Information > Last name',
  'emails[type eq "work"].value': 'Basic Information > Primary email',
  title: 'Employee details > Job title',
}

/** Google Workspace, for an app of its SAML catalogue. */
export const googleGuide: ProviderSource = {
  name: 'Google Workspace',
  console: 'Google Admin console, November 2026',
  features: (facts) => plainFeatures({ ...facts, hasGroups: false }),
  requirements: (facts) => [
    {
      en: 'An app for {service} in Google’s catalogue of SAML apps, with single sign-on set up. Google provisions such apps only: a custom SAML app has no automatic provisioning. Where {service} is not listed, put another identity provider in between, such as Okta or JumpCloud.',
      de: 'Eine App für {service} in Googles Katalog der SAML-Apps, mit eingerichteter Anmeldung. Nur solche Apps provisioniert Google: Eine eigene SAML-App hat keine automatische Provisionierung. Ist {service} nicht gelistet, einen anderen Identity-Provider dazwischenschalten, etwa Okta oder JumpCloud.',
    },
    {
      en: 'In Google Workspace: a super administrator.',
      de: 'In Google Workspace: ein Super-Administrator.',
    },
    credentialsNeeded({ ...facts, authentication: 'token' }),
  ],
  chapters: () => [
    {
      id: 'connect',
      title: { en: 'Connect', de: 'Verbinden' },
      steps: [
        {
          id: 'configure',
          text: {
            en: 'Open **Apps > Web and mobile apps**, choose {service}, and press **Configure auto-provisioning** under **Auto-provisioning**.',
            de: '**Apps > Web and mobile apps** öffnen, {service} wählen und unter **Auto-provisioning** **Configure auto-provisioning** wählen.',
          },
        },
        {
          id: 'credentials',
          text: {
            en: 'Enter the token, press **Continue**, enter the URL where it is asked for, and press **Continue**.',
            de: 'Das Token eintragen, **Continue** wählen, die URL eintragen, wo danach gefragt wird, und **Continue** wählen.',
          },
          fields: [
            { label: 'Access token', name: 'token' },
            { label: 'Endpoint URL', name: 'baseUrl' },
          ],
        },
        {
          id: 'mapping',
          text: {
            en: 'Compare the mapping with the table in *{attributes}* and press **Continue**.',
            de: 'Die Zuordnung mit der Tabelle in *{attributes}* vergleichen und **Continue** wählen.',
          },
        },
      ],
    },
    {
      id: 'people',
      title: { en: 'Choose people and start', de: 'Personen wählen und starten' },
      steps: [
        {
          id: 'scope',
          text: {
            en: 'Add groups if only their members shall be sent, and press **Continue**.',
            de: 'Gruppen hinzufügen, wenn nur deren Mitglieder gesendet werden sollen, und **Continue** wählen.',
          },
          isOptional: true,
        },
        {
          id: 'deprovisioning',
          text: {
            en: 'Choose after how long a user is suspended in {service} when the app is turned off for them, or they are suspended or deleted, and press **Finish**.',
            de: 'Wählen, nach welcher Zeit ein Benutzer in {service} gesperrt wird, wenn die App für ihn ausgeschaltet, er gesperrt oder gelöscht wird, und **Finish** wählen.',
          },
          fields: [{ label: 'Deprovisioning', value: 'Within 24 hours' }],
        },
        {
          id: 'activate',
          text: {
            en: 'Switch **Auto-provisioning** to **Active** and confirm.',
            de: '**Auto-provisioning** auf **Active** stellen und bestätigen.',
          },
          expect: {
            en: 'People appear in {service} with the next sync, within hours. The figures of the last 30 days stand beside the switch.',
            de: 'Personen erscheinen mit dem nächsten Abgleich binnen Stunden in {service}. Die Zahlen der letzten 30 Tage stehen daneben.',
          },
        },
      ],
    },
  ],
  attributes: attributesFrom(sources),
  targetOf: (path) => path,
  asksNamespace: false,
  attributeNotes: () => [
    {
      en: 'Google sends users only, and has no expressions.',
      de: 'Google sendet nur Benutzer und kennt keine Ausdrücke.',
    },
    notKeptNote,
  ],
  issues: () => [
    {
      symptom: {
        en: 'Provisioning has stopped working.',
        de: 'Die Provisionierung läuft nicht mehr.',
      },
      cause: {
        en: 'The token was replaced or has expired, or the feature is not active.',
        de: 'Das Token wurde ersetzt oder ist abgelaufen, oder die Funktion ist nicht aktiv.',
      },
      remedy: {
        en: 'Re-authorize with a new token, and look at **View sync log**.',
        de: 'Mit einem neuen Token erneut autorisieren und **View sync log** ansehen.',
      },
    },
    {
      symptom: {
        en: 'Somebody who was deleted in {service} does not come back.',
        de: 'Jemand, der in {service} gelöscht wurde, kommt nicht wieder.',
      },
      cause: {
        en: 'Google does not provision them a second time by itself.',
        de: 'Google provisioniert sie nicht von selbst ein zweites Mal.',
      },
      remedy: {
        en: 'Turn the app off and on for that person.',
        de: 'Die App für diese Person aus- und wieder einschalten.',
      },
    },
  ],
}
