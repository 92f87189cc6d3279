import type { FieldSource, ProviderSource } from '../provider.js'
import { attributesFrom, credentialsNeeded, notKeptNote, plainFeatures } from './common.js'

/** Any other identity provider that sends SCIM 2.0. */
export const otherGuide: ProviderSource = {
  name: 'SCIM 2.0',
  console: 'SCIM 2.0 (RFC 7643, RFC 7644)',
  features: plainFeatures,
  requirements: (facts) => [
    {
      en: 'An identity provider that sends SCIM 2.0, and an administrator of it.',
      de: 'Ein Identity-Provider, der SCIM 2.0 sendet, und ein Administrator dafür.',
    },
    credentialsNeeded(facts),
  ],
  chapters({ authentication, hasGroups, matching, canDeactivate }) {
    const credentials: readonly FieldSource[] =
      authentication === 'oauth'
        ? [
            { label: 'Token URL', name: 'tokenUrl' },
            { label: 'Client ID', name: 'clientId' },
            { label: 'Client secret', name: 'clientSecret' },
            { label: 'Scope', name: 'scope' },
          ]
        : [{ label: 'Bearer token', name: 'token' }]
    return [
      {
        id: 'connect',
        title: { en: 'Connect', de: 'Verbinden' },
        steps: [
          {
            id: 'add-app',
            text: {
              en: 'Add an application that provisions by SCIM 2.0, not 1.1.',
              de: 'Eine Anwendung hinzufügen, die per SCIM 2.0 provisioniert, nicht 1.1.',
            },
          },
          {
            id: 'credentials',
            text: { en: 'Enter the values.', de: 'Die Werte eintragen.' },
            fields: [{ label: 'Base URL', name: 'baseUrl' }, ...credentials],
          },
          {
            id: 'matching',
            text: {
              en: 'Match users by the attribute that is unique here.',
              de: 'Benutzer über das Attribut abgleichen, das hier eindeutig ist.',
            },
            fields: [{ label: 'Unique identifier', value: matching }],
          },
          {
            id: 'test-connection',
            text: {
              en: 'Test the connection, where the identity provider can.',
              de: 'Die Verbindung prüfen, wo der Identity-Provider das kann.',
            },
            isOptional: true,
          },
        ],
      },
      {
        id: 'provisioning',
        title: { en: 'Switch provisioning on', de: 'Die Provisionierung einschalten' },
        steps: [
          {
            id: 'actions',
            text: canDeactivate
              ? {
                  en: 'Enable creating, updating and deactivating users. Where the identity provider asks what removing a user does: deactivate or suspend.',
                  de: 'Anlegen, Ändern und Deaktivieren von Benutzern einschalten. Fragt der Identity-Provider, was beim Entfernen geschieht: deaktivieren oder sperren.',
                }
              : {
                  en: 'Enable creating, updating and deleting users.',
                  de: 'Anlegen, Ändern und Löschen von Benutzern einschalten.',
                },
          },
          {
            id: 'groups',
            text: hasGroups
              ? { en: 'Choose the groups to send.', de: 'Die zu sendenden Gruppen wählen.' }
              : {
                  en: 'Switch groups off: {service} has none.',
                  de: 'Gruppen ausschalten: {service} hat keine.',
                },
          },
          {
            id: 'assign',
            text: {
              en: 'Assign one person and look whether they arrive, then everybody else.',
              de: 'Eine Person zuweisen und prüfen, ob sie ankommt, dann alle anderen.',
            },
            expect: {
              en: 'The person appears in {service}.',
              de: 'Die Person erscheint in {service}.',
            },
          },
        ],
      },
    ]
  },
  attributes: attributesFrom(),
  targetOf: (path) => path,
  asksNamespace: false,
  attributeNotes: () => [notKeptNote],
  issues: () => [
    {
      symptom: {
        en: 'The test of the connection fails.',
        de: 'Die Prüfung der Verbindung schlägt fehl.',
      },
      cause: {
        en: 'The Base URL or the credentials are wrong, or `Bearer` stands before the token once too often or not at all.',
        de: 'Base URL oder Zugangsdaten sind falsch, oder `Bearer` steht einmal zu viel oder gar nicht vor dem Token.',
      },
      remedy: {
        en: 'Enter `{baseUrl}` without `/Users` at its end, and the credentials again.',
        de: '`{baseUrl}` ohne `/Users` am Ende und die Zugangsdaten erneut eintragen.',
      },
    },
    {
      symptom: { en: 'Nobody arrives.', de: 'Niemand kommt an.' },
      cause: {
        en: 'Nobody is assigned, creating users is not enabled, or the next run is still to come.',
        de: 'Niemand ist zugewiesen, das Anlegen ist nicht eingeschaltet, oder der nächste Lauf steht noch aus.',
      },
      remedy: {
        en: 'Check the three, in this order.',
        de: 'Diese drei der Reihe nach prüfen.',
      },
    },
    {
      symptom: {
        en: 'Requests go to `/v1/Users`, or their bodies name `urn:scim:schemas:core:1.0`.',
        de: 'Anfragen gehen an `/v1/Users`, oder sie nennen `urn:scim:schemas:core:1.0`.',
      },
      cause: { en: 'The application is one for SCIM 1.1.', de: 'Die Anwendung ist eine für SCIM 1.1.' },
      remedy: { en: 'Choose SCIM 2.0.', de: 'SCIM 2.0 wählen.' },
    },
  ],
}
