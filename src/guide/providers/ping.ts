import type { FieldSource, ProviderSource } from '../provider.js'
import { attributesFrom, credentialsNeeded, lastName, notKeptNote, plainFeatures } from './common.js'

/** PingOne's flat names, where they are not the last part of the path. */
const targets: Readonly<Record<string, string>> = {
  'emails[type eq "work"].value': 'workEmail',
  'phoneNumbers[type eq "work"].value': 'workPhone',
  'phoneNumbers[type eq "mobile"].value': 'mobilePhone',
  'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value': 'manager',
}

const sources: Readonly<Record<string, string>> = {
  userName: 'Username',
  'name.givenName': 'Given Name',
  'name.familyName': 'Family Name',
  'emails[type eq "work"].value': 'Email Address',
  'phoneNumbers[type eq "work"].value': 'Primary Phone',
}

/** PingOne, with a provisioning connection of the kind SCIM Outbound. */
export const pingGuide: ProviderSource = {
  name: 'PingOne',
  console: 'PingOne admin console, November 2026',
  usesClientCredentials: true,
  features: plainFeatures,
  requirements: (facts) => [
    { en: 'In PingOne: the role Environment Admin.', de: 'In PingOne: die Rolle Environment Admin.' },
    credentialsNeeded(facts),
  ],
  chapters({ authentication, hasGroups, matching, canDeactivate }) {
    const credentials: readonly FieldSource[] =
      authentication === 'oauth'
        ? [
            { label: 'Authentication Method', value: 'OAuth 2 Client Credentials' },
            { label: 'OAuth Token Request', name: 'tokenUrl' },
            { label: 'OAuth Client ID', name: 'clientId' },
            { label: 'OAuth Client Secret', name: 'clientSecret' },
          ]
        : [
            { label: 'Authentication Method', value: 'OAuth 2 Bearer Token' },
            { label: 'OAuth Access Token', name: 'token' },
          ]
    return [
      {
        id: 'connect',
        title: { en: 'Connect', de: 'Verbinden' },
        steps: [
          {
            id: 'new-connection',
            text: {
              en: 'Open **Integrations > Provisioning**, press **+ > New Connection**, choose **Identity Store**, then **SCIM Outbound**, and give it a name.',
              de: '**Integrations > Provisioning** öffnen, **+ > New Connection** wählen, **Identity Store**, dann **SCIM Outbound** auswählen und einen Namen vergeben.',
            },
            fields: [{ label: 'Name', value: '{service}' }],
          },
          {
            id: 'credentials',
            text: { en: 'Enter the values.', de: 'Die Werte eintragen.' },
            fields: [
              { label: 'SCIM Base URL', name: 'baseUrl' },
              { label: 'Users Resource', value: '/Users' },
              ...(hasGroups ? [{ label: 'Groups Resource', value: '/Groups' }] : []),
              { label: 'SCIM Version', value: '2.0' },
              ...credentials,
              { label: 'Auth Type Header', value: 'Bearer' },
            ],
          },
          {
            id: 'test-connection',
            text: { en: 'Press **Test Connection**.', de: '**Test Connection** wählen.' },
            expect: {
              en: '**Connection Successful**. On **Test Connection Failed**, go back and correct the values: **Continue** stores a connection that cannot be used.',
              de: '**Connection Successful**. Bei **Test Connection Failed** zurückgehen und die Werte berichtigen: **Continue** speichert eine unbrauchbare Verbindung.',
            },
          },
          {
            id: 'preferences',
            text: {
              en: `Under the preferences, allow users to be created, updated${canDeactivate ? ', disabled' : ''} and deprovisioned, press **Save** and switch the connection on.`,
              de: `In den Einstellungen erlauben, Benutzer anzulegen, zu ändern${canDeactivate ? ', abzuschalten' : ''} und zu entfernen, **Save** wählen und die Verbindung einschalten.`,
            },
            fields: [
              { label: 'User Filter Expression', value: `${matching} Eq "%s"` },
              { label: 'User Identifier', value: matching },
              { label: 'Remove Action', value: 'Disable' },
            ],
          },
        ],
      },
      {
        id: 'people',
        title: { en: 'Choose people', de: 'Personen wählen' },
        steps: [
          {
            id: 'new-rule',
            text: {
              en: 'Press **+ > New Rule** with PingOne as the source and this connection as the target, set **User Filter**, compare **Attribute Mapping** with the table below, and switch the rule on.',
              de: '**+ > New Rule** wählen, mit PingOne als Quelle und dieser Verbindung als Ziel, **User Filter** setzen, **Attribute Mapping** mit der Tabelle unten vergleichen und die Regel einschalten.',
            },
            expect: {
              en: 'The rule says **In Sync**.',
              de: 'Die Regel meldet **In Sync**.',
            },
            notes: [
              hasGroups
                ? {
                    en: 'The tab **Groups** of the rule chooses groups to send.',
                    de: 'Die Registerkarte **Groups** der Regel wählt die zu sendenden Gruppen.',
                  }
                : {
                    en: 'Choose no groups on the tab **Groups**: {service} has none.',
                    de: 'Auf der Registerkarte **Groups** keine Gruppen wählen: {service} hat keine.',
                  },
            ],
          },
        ],
      },
    ]
  },
  attributes: attributesFrom(sources).map(({ path, ...others }) => ({
    ...others,
    path,
    target: targets[path] ?? lastName(path),
  })),
  targetOf: (path) => lastName(path),
  asksNamespace: false,
  attributeNotes: () => [
    {
      en: 'PingOne’s names are flat. The gear beside a row opens its expressions, such as `#root.email`.',
      de: 'Die Namen in PingOne sind flach. Das Zahnrad neben einer Zeile öffnet ihre Ausdrücke, etwa `#root.email`.',
    },
    notKeptNote,
  ],
  issues: () => [
    {
      symptom: { en: 'The rule says **Partial Sync**.', de: 'Die Regel meldet **Partial Sync**.' },
      cause: {
        en: 'One of the actions is not allowed in the preferences of the connection.',
        de: 'Eine der Aktionen ist in den Einstellungen der Verbindung nicht erlaubt.',
      },
      remedy: {
        en: 'Allow it, then press **Full Resync**.',
        de: 'Erlauben, dann **Full Resync** wählen.',
      },
    },
    {
      symptom: {
        en: 'PingFederate sends bodies of SCIM 1.1.',
        de: 'PingFederate sendet SCIM 1.1.',
      },
      cause: {
        en: 'Its built-in provisioner speaks SCIM 1.1.',
        de: 'Sein eingebauter Provisioner spricht SCIM 1.1.',
      },
      remedy: {
        en: 'Install the **SCIM Provisioner** integration kit, and take **SCIM Connector** with the version 2.0.',
        de: 'Das Integration Kit **SCIM Provisioner** installieren und **SCIM Connector** mit Version 2.0 verwenden.',
      },
    },
  ],
}
