import type { GuideFacts } from '../facts.js'
import type { ProviderSource, StepSource } from '../provider.js'
import { entraAttributes } from './entra-attributes.js'
import { connectSteps } from './entra-connect.js'
import { entraIssues } from './entra-issues.js'

/** Microsoft Entra ID, with an application that is not in the gallery. */
export const entraGuide: ProviderSource = {
  name: 'Microsoft Entra ID',
  console: 'Microsoft Entra admin center, November 2026',
  usesClientCredentials: true,
  features({ canDeactivate, hasGroups }) {
    return [
      {
        en: '**Create**: a user who is assigned to the application is created in {service}.',
        de: '**Create**: Wer der Anwendung zugewiesen wird, wird in {service} angelegt.',
      },
      {
        en: '**Update**: changes of mapped attributes are sent to {service}.',
        de: '**Update**: Änderungen zugeordneter Attribute werden an {service} gesendet.',
      },
      ...(canDeactivate
        ? [
            {
              en: `**Delete**: a user who is no longer assigned, or is disabled or deleted in Entra ID, is switched off: {service} {deactivates} them. Some 30 days after a deletion, Entra ID removes the account.`,
              de: `**Delete**: Wer nicht mehr zugewiesen oder in Entra ID gesperrt oder gelöscht ist, wird abgeschaltet, auch in {service} ({deactivates}). Rund 30 Tage nach dem Löschen entfernt Entra ID das Konto.`,
            },
          ]
        : []),
      hasGroups
        ? {
            en: '**Groups**: groups that are assigned, with their direct members, are sent to {service}.',
            de: '**Gruppen**: Zugewiesene Gruppen werden mit ihren direkten Mitgliedern an {service} gesendet.',
          }
        : {
            en: 'Groups are not sent: {service} has none. Users of assigned groups are.',
            de: 'Gruppen werden nicht gesendet: {service} hat keine. Die Benutzer zugewiesener Gruppen schon.',
          },
    ]
  },
  requirements({ authentication, isTokenFromPage }) {
    return [
      {
        en: 'In Entra ID: at least the role Application Administrator, Cloud Application Administrator, or owner of the application.',
        de: 'In Entra ID: mindestens die Rolle Application Administrator, Cloud Application Administrator oder Besitzer der Anwendung.',
      },
      {
        en: 'A licence P1 or P2 to assign groups and to read provisioning logs; single users can be provisioned without.',
        de: 'Eine Lizenz P1 oder P2, um Gruppen zuzuweisen und Provisioning logs zu lesen; einzelne Benutzer gehen ohne.',
      },
      authentication === 'oauth'
        ? {
            en: 'From {service}: the Base URL `{baseUrl}`, the token endpoint, a client ID and a client secret.',
            de: 'Von {service}: die Base URL `{baseUrl}`, der Token-Endpunkt, eine Client-ID und ein Client-Secret.',
          }
        : isTokenFromPage
          ? {
              en: 'From {service}: the Base URL `{baseUrl}` and a token, which its page for provisioning issues.',
              de: 'Von {service}: die Base URL `{baseUrl}` und ein Token, das die Seite für die Provisionierung ausstellt.',
            }
          : {
              en: 'From {service}: the Base URL `{baseUrl}` and a token, which {support} hands out.',
              de: 'Von {service}: die Base URL `{baseUrl}` und ein Token; erhältlich bei: {support}.',
            },
    ]
  },
  chapters: (facts) => [
    { id: 'app', title: { en: 'Create the application', de: 'Die Anwendung anlegen' }, steps: appSteps },
    { id: 'connect', title: { en: 'Connect', de: 'Verbinden' }, steps: connectSteps(facts) },
    {
      id: 'mapping',
      title: { en: 'Map the attributes', de: 'Die Attribute zuordnen' },
      steps: mappingSteps(facts),
    },
    {
      id: 'people',
      title: { en: 'Assign people and start', de: 'Personen zuweisen und starten' },
      steps: peopleSteps,
    },
    {
      id: 'rotation',
      title: { en: 'Rotate the credentials', de: 'Die Zugangsdaten erneuern' },
      steps: [rotation],
    },
  ],
  attributes: entraAttributes,
  targetOf: (path) => path,
  asksNamespace: false,
  attributeNotes: ({ matching }) => [
    {
      en: `People are matched by \`${matching}\`, which is unique in {service}. Where sign-in goes by another value than \`userPrincipalName\`, map that one to it.`,
      de: `Abgeglichen wird über \`${matching}\`, das in {service} eindeutig ist. Gilt für die Anmeldung ein anderer Wert als \`userPrincipalName\`, diesen zuordnen.`,
    },
    {
      en: 'Rows marked *not kept* are ignored by {service} and may stay. More target attributes: **Show advanced options > Edit attribute list**.',
      de: 'Als *nicht gespeichert* markierte Zeilen übergeht {service}; sie können bleiben. Weitere Zielattribute: **Show advanced options > Edit attribute list**.',
    },
    {
      en: 'Entra ID skips empty sources: a field that is emptied there keeps its last value in {service}.',
      de: 'Entra ID überspringt leere Quellen: Ein dort geleertes Feld behält in {service} seinen letzten Wert.',
    },
  ],
  issues: entraIssues,
}

const appSteps: readonly StepSource[] = [
  {
    id: 'new-application',
    text: {
      en: 'In the Microsoft Entra admin center, open **Entra ID > Enterprise apps** and press **New application > Create your own application**.',
      de: 'Im Microsoft Entra admin center **Entra ID > Enterprise apps** öffnen und **New application > Create your own application** wählen.',
    },
  },
  {
    id: 'non-gallery',
    text: {
      en: 'Give it a name, choose **Integrate any other application you don’t find in the gallery (Non-gallery)** and press **Create**.',
      de: 'Einen Namen vergeben, **Integrate any other application you don’t find in the gallery (Non-gallery)** und **Create** wählen.',
    },
    fields: [{ label: 'Name', value: '{service}' }],
    notes: [
      {
        en: 'An app registration for sign-in with OpenID Connect has no provisioning: this is a second application.',
        de: 'Eine App-Registrierung für die Anmeldung mit OpenID Connect hat keine Provisionierung: Dies ist eine zweite Anwendung.',
      },
    ],
  },
  {
    id: 'provisioning',
    text: {
      en: 'Open **Provisioning** and press **New configuration** (in older consoles **Get started**, then **Provisioning Mode** **Automatic**).',
      de: '**Provisioning** öffnen und **New configuration** wählen (in älteren Konsolen **Get started**, dann **Provisioning Mode** **Automatic**).',
    },
  },
]

function mappingSteps({ hasGroups, canDeactivate, matching }: GuideFacts): readonly StepSource[] {
  return [
    {
      id: 'groups',
      text: hasGroups
        ? {
            en: 'Under **Attribute mapping**, leave **Provision Microsoft Entra ID Groups** enabled, or disable it if groups are not needed.',
            de: 'Unter **Attribute mapping** **Provision Microsoft Entra ID Groups** eingeschaltet lassen oder ausschalten, wenn keine Gruppen nötig sind.',
          }
        : {
            en: 'Under **Attribute mapping**, open **Provision Microsoft Entra ID Groups** and disable it: {service} has no groups.',
            de: 'Unter **Attribute mapping** **Provision Microsoft Entra ID Groups** öffnen und ausschalten: {service} hat keine Gruppen.',
          },
      ...(!hasGroups && { fields: [{ label: 'Enabled', value: 'No' }] }),
    },
    {
      id: 'actions',
      text: {
        en: `Open **Provision Microsoft Entra ID Users** and keep **Create**, **Update**${canDeactivate ? ' and **Delete**' : ''} ticked under **Target object actions**.`,
        de: `**Provision Microsoft Entra ID Users** öffnen und unter **Target object actions** **Create**, **Update**${canDeactivate ? ' und **Delete**' : ''} angekreuzt lassen.`,
      },
    },
    {
      id: 'matching',
      text: {
        en: 'Check that people are matched by the attribute that is unique in {service}.',
        de: 'Prüfen, dass über das Attribut abgeglichen wird, das in {service} eindeutig ist.',
      },
      fields: [
        { label: 'Target attribute', value: matching },
        { label: 'Match objects using this attribute', value: 'Yes' },
        { label: 'Matching precedence', value: '1' },
      ],
    },
    {
      id: 'mapping',
      text: {
        en: 'Compare the rows with the table in *{attributes}* and press **Save**.',
        de: 'Die Zeilen mit der Tabelle in *{attributes}* vergleichen und **Save** wählen.',
      },
    },
  ]
}

const peopleSteps: readonly StepSource[] = [
  {
    id: 'assign',
    text: {
      en: 'Open **Users and groups**, press **Add user/group**, pick one person, press **Select** and **Assign**.',
      de: '**Users and groups** öffnen, **Add user/group** wählen, eine Person auswählen, **Select** und **Assign** wählen.',
    },
    notes: [
      {
        en: 'With **Sync only assigned users and groups**, nobody is sent who is not assigned here.',
        de: 'Bei **Sync only assigned users and groups** wird niemand gesendet, der hier nicht zugewiesen ist.',
      },
    ],
  },
  {
    id: 'on-demand',
    text: {
      en: 'Try that person with **Provision on demand**: search, then **Provision**.',
      de: 'Diese Person mit **Provision on demand** ausprobieren: suchen, dann **Provision**.',
    },
    expect: {
      en: 'Four steps (import, scope, match, action) succeed, and the person is in {service}.',
      de: 'Vier Schritte (import, scope, match, action) gelingen, und die Person ist in {service}.',
    },
  },
  {
    id: 'start',
    text: {
      en: 'Assign everybody else and press **Start provisioning** on **Overview**.',
      de: 'Alle anderen zuweisen und unter **Overview** **Start provisioning** wählen.',
    },
    expect: {
      en: 'The first cycle takes 20 minutes to hours; after that there is one about every 40 minutes. **Provisioning logs** show each person.',
      de: 'Der erste Durchlauf dauert 20 Minuten bis Stunden; danach gibt es etwa alle 40 Minuten einen. **Provisioning logs** zeigen jede Person.',
    },
  },
]

const rotation: StepSource = {
  id: 'rotate',
  text: {
    en: 'Before the credentials expire: get new ones from {service} while the old ones still work, replace them on **Provisioning > Connectivity** (in older consoles **Admin Credentials**), press **Test Connection** and **Save**, and have the old ones revoked.',
    de: 'Bevor die Zugangsdaten ablaufen: neue von {service} holen, während die alten noch gelten, sie unter **Provisioning > Connectivity** (in älteren Konsolen **Admin Credentials**) ersetzen, **Test Connection** und **Save** wählen und die alten widerrufen lassen.',
  },
}
