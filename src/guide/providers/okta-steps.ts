import type { GuideFacts } from '../facts.js'
import type { ChapterSource, StepSource } from '../provider.js'

/** What is done in the console of Okta. */
export function oktaChapters(facts: GuideFacts): readonly ChapterSource[] {
  return [
    { id: 'app', title: { en: 'Add the app', de: 'Die App hinzufügen' }, steps: appSteps },
    { id: 'connect', title: { en: 'Connect', de: 'Verbinden' }, steps: connectSteps(facts) },
    {
      id: 'provisioning',
      title: { en: 'Switch provisioning on', de: 'Die Provisionierung einschalten' },
      steps: provisioningSteps(facts),
    },
    { id: 'people', title: { en: 'Assign people', de: 'Personen zuweisen' }, steps: peopleSteps(facts) },
    ...(facts.hasGroups ? [groupChapter] : []),
  ]
}

const appSteps: readonly StepSource[] = [
  {
    id: 'sign-in',
    text: { en: 'Sign in to the Okta Admin Console.', de: 'In der Okta Admin Console anmelden.' },
  },
  {
    id: 'browse-catalog',
    text: {
      en: 'Open **Applications > Applications** (in newer consoles **Applications and Resources > Applications**) and press **Browse App Catalog**.',
      de: '**Applications > Applications** öffnen (in neueren Konsolen **Applications and Resources > Applications**) und **Browse App Catalog** wählen.',
    },
  },
  {
    id: 'add-integration',
    text: {
      en: 'Search for `{service}`, open it and press **Add Integration**. Where it is not listed, take **SCIM 2.0 Test App (Header Auth)**.',
      de: 'Nach `{service}` suchen, öffnen und **Add Integration** wählen. Ist es nicht gelistet: **SCIM 2.0 Test App (Header Auth)**.',
    },
  },
  {
    id: 'label',
    text: {
      en: 'Give the app a label and press **Next**; the defaults of **Sign-On Options** will do. Then press **Done**.',
      de: 'Der App einen Namen geben und **Next** wählen; die Vorgaben unter **Sign-On Options** passen. Danach **Done**.',
    },
    fields: [{ label: 'Application label', value: '{service} SCIM' }],
  },
  {
    id: 'username-format',
    text: {
      en: 'On **Sign On** (in some orgs **Authentication**), press **Edit** and choose what `userName` will be.',
      de: 'Unter **Sign On** (in manchen Orgs **Authentication**) **Edit** wählen und festlegen, was `userName` wird.',
    },
    fields: [
      { label: 'Application username format', value: 'Email' },
      { label: 'Update application username on', value: 'Create and update' },
    ],
    isOptional: true,
  },
]

function connectSteps(facts: GuideFacts): readonly StepSource[] {
  const { hasGroups, isTokenFromPage, acceptsBareToken, authentication } = facts
  const source = isTokenFromPage
    ? {
        en: 'Issue a token on the provisioning page of {service} and copy it; it is shown once.',
        de: 'Auf der Provisionierungs-Seite von {service} ein Token ausstellen und kopieren; es wird einmal gezeigt.',
      }
    : {
        en: 'The API token is handed out by {support}.',
        de: 'Das API-Token ist erhältlich bei: {support}.',
      }
  return [
    {
      id: 'configure-api',
      text: {
        en: 'Open the tab **Provisioning** and press **Configure API Integration**.',
        de: 'Die Registerkarte **Provisioning** öffnen und **Configure API Integration** wählen.',
      },
    },
    {
      id: 'enable-api',
      text: { en: 'Tick **Enable API Integration**.', de: '**Enable API Integration** ankreuzen.' },
    },
    authentication === 'oauth'
      ? {
          id: 'credentials',
          text: {
            en: 'Enter the Base URL and the OAuth client of {service}.',
            de: 'Base URL und OAuth-Client von {service} eintragen.',
          },
          fields: [
            { label: 'Base URL', name: 'baseUrl' },
            { label: 'Access token endpoint URI', name: 'tokenUrl' },
            { label: 'Client ID', name: 'clientId' },
            { label: 'Client Secret', name: 'clientSecret' },
          ],
        }
      : {
          id: 'credentials',
          text: {
            en: 'Enter the Base URL, where the form asks for it, and the API token.',
            de: 'Die Base URL, wo danach gefragt wird, und das API-Token eintragen.',
          },
          fields: [
            { label: 'Base URL', name: 'baseUrl' },
            { label: 'API Token', name: 'token' },
          ],
          notes: [
            source,
            acceptsBareToken
              ? {
                  en: 'The token alone, without `Bearer` before it.',
                  de: 'Das Token allein, ohne `Bearer` davor.',
                }
              : {
                  en: 'In **SCIM 2.0 Test App (Header Auth)** the field is sent as the whole header: type `Bearer`, a blank and the token.',
                  de: 'In der **SCIM 2.0 Test App (Header Auth)** wird das Feld als ganze Kopfzeile gesendet: `Bearer`, ein Leerzeichen und das Token eintragen.',
                },
          ],
        },
    hasGroups
      ? {
          id: 'import-groups',
          text: {
            en: 'Tick **Import Groups** only if groups of {service} shall appear in Okta.',
            de: '**Import Groups** nur ankreuzen, wenn Gruppen aus {service} in Okta erscheinen sollen.',
          },
          isOptional: true,
        }
      : {
          id: 'import-groups',
          text: {
            en: 'Untick **Import Groups**: {service} has no groups, and Okta would ask for them.',
            de: '**Import Groups** abwählen: {service} hat keine Gruppen, und Okta würde nach ihnen fragen.',
          },
        },
    {
      id: 'test-credentials',
      text: { en: 'Press **Test API Credentials**.', de: '**Test API Credentials** wählen.' },
      expect: {
        en: 'A green notice says that the app was verified successfully. Otherwise see *{issues}*.',
        de: 'Eine grüne Meldung sagt, dass die App erfolgreich geprüft wurde. Sonst weiter bei *{issues}*.',
      },
    },
    { id: 'save', text: { en: 'Press **Save**.', de: '**Save** wählen.' } },
  ]
}

function provisioningSteps({ canDeactivate, storesPasswords }: GuideFacts): readonly StepSource[] {
  return [
    {
      id: 'to-app',
      text: {
        en: 'Under **Provisioning > Settings**, open **To App** and press **Edit**.',
        de: 'Unter **Provisioning > Settings** **To App** öffnen und **Edit** wählen.',
      },
    },
    {
      id: 'create-users',
      text: { en: 'Enable **Create Users**.', de: '**Create Users** einschalten.' },
    },
    {
      id: 'update-users',
      text: { en: 'Enable **Update User Attributes**.', de: '**Update User Attributes** einschalten.' },
    },
    ...(canDeactivate
      ? [
          {
            id: 'deactivate-users',
            text: { en: 'Enable **Deactivate Users**.', de: '**Deactivate Users** einschalten.' },
          },
        ]
      : []),
    ...(storesPasswords
      ? []
      : [
          {
            id: 'no-password',
            text: {
              en: 'Leave **Sync Password** off: {service} stores no passwords.',
              de: '**Sync Password** ausgeschaltet lassen: {service} speichert keine Passwörter.',
            },
          },
        ]),
    { id: 'save-to-app', text: { en: 'Press **Save**.', de: '**Save** wählen.' } },
    {
      id: 'mapping',
      text: {
        en: 'Compare **Attribute Mappings** below with the table in *{attributes}*.',
        de: '**Attribute Mappings** darunter mit der Tabelle in *{attributes}* vergleichen.',
      },
    },
  ]
}

function peopleSteps({ canDeactivate }: GuideFacts): readonly StepSource[] {
  return [
    {
      id: 'assign-one',
      text: {
        en: 'Open **Assignments > Assign > Assign to People**, assign one person, check the form, press **Save and Go Back** and **Done**.',
        de: '**Assignments > Assign > Assign to People** öffnen, eine Person zuweisen, das Formular prüfen, **Save and Go Back** und **Done** wählen.',
      },
      expect: {
        en: 'The person appears in {service} within seconds.',
        de: 'Die Person erscheint binnen Sekunden in {service}.',
      },
    },
    {
      id: 'change-one',
      text: {
        en: 'Change something of that person’s profile in Okta.',
        de: 'Etwas am Profil dieser Person in Okta ändern.',
      },
      expect: { en: 'The change arrives in {service}.', de: 'Die Änderung kommt in {service} an.' },
      isOptional: true,
    },
    ...(canDeactivate
      ? [
          {
            id: 'unassign-one',
            text: {
              en: 'Remove the assignment, and assign the person again.',
              de: 'Die Zuweisung entfernen und die Person erneut zuweisen.',
            },
            expect: {
              en: `The first {deactivates} the person in {service}, the second reactivates the same person. Suspending somebody in Okta sends nothing.`,
              de: `Das Erste gilt auch in {service} ({deactivates}), das Zweite aktiviert dieselbe Person wieder. Wird jemand in Okta nur gesperrt (Suspend), wird nichts gesendet.`,
            },
            isOptional: true as const,
          },
        ]
      : []),
    {
      id: 'assign-all',
      text: {
        en: 'Assign everybody else, to people or with **Assign to Groups**.',
        de: 'Alle anderen zuweisen, einzeln oder mit **Assign to Groups**.',
      },
      notes: [
        {
          en: 'Whoever was assigned before provisioning was enabled carries a red mark: press **Provision User**.',
          de: 'Wer vor dem Einschalten der Provisionierung zugewiesen wurde, trägt eine rote Markierung: **Provision User** wählen.',
        },
      ],
    },
  ]
}

const groupChapter: ChapterSource = {
  id: 'groups',
  title: { en: 'Push groups', de: 'Gruppen senden' },
  steps: [
    {
      id: 'push-groups',
      text: {
        en: 'On the tab **Push Groups**, press **Push Groups > Find groups by name**, choose a group, keep **Push group memberships immediately** ticked and press **Save**.',
        de: 'Auf der Registerkarte **Push Groups** **Push Groups > Find groups by name** wählen, eine Gruppe auswählen, **Push group memberships immediately** angekreuzt lassen und **Save** wählen.',
      },
      notes: [
        {
          en: 'Use other groups for pushing than for assigning: Okta does not support one group for both. Members must be assigned to the app first.',
          de: 'Zum Senden andere Gruppen verwenden als zum Zuweisen: Okta unterstützt nicht eine Gruppe für beides. Mitglieder müssen der App zuerst zugewiesen sein.',
        },
      ],
      isOptional: true,
    },
  ],
}
