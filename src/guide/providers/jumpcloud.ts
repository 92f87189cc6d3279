import type { ProviderSource } from '../provider.js'
import { attributesFrom, credentialsNeeded, notKeptNote, plainFeatures } from './common.js'

const sources: Readonly<Record<string, string>> = {
  userName: 'username',
  'name.givenName': 'firstname',
  'name.familyName': 'lastname',
  'emails[type eq "work"].value': 'email',
}

/** JumpCloud, with a custom application. */
export const jumpcloudGuide: ProviderSource = {
  name: 'JumpCloud',
  console: 'JumpCloud Admin Portal, November 2026',
  features: plainFeatures,
  requirements: (facts) => [
    { en: 'In JumpCloud: an administrator.', de: 'In JumpCloud: ein Administrator.' },
    credentialsNeeded({ ...facts, authentication: 'token' }),
    {
      en: 'An e-mail address that nobody in {service} has yet, for the test.',
      de: 'Eine E-Mail-Adresse, die in {service} noch niemand hat, für die Prüfung.',
    },
  ],
  chapters: ({ hasGroups }) => [
    {
      id: 'app',
      title: { en: 'Add the application', de: 'Die Anwendung hinzufügen' },
      steps: [
        {
          id: 'add-application',
          text: {
            en: 'Open **SSO Applications > Add New Application > Custom Application** and press **Next**.',
            de: '**SSO Applications > Add New Application > Custom Application** öffnen und **Next** wählen.',
          },
        },
        {
          id: 'export-users',
          text: {
            en: 'Tick **Export users to this app (Identity Management)**, press **Next**, give it a label and press **Save Application**, then **Configure Application**.',
            de: '**Export users to this app (Identity Management)** ankreuzen, **Next** wählen, einen Namen vergeben, **Save Application** und dann **Configure Application** wählen.',
          },
          fields: [{ label: 'Display Label', value: '{service}' }],
        },
      ],
    },
    {
      id: 'connect',
      title: { en: 'Connect', de: 'Verbinden' },
      steps: [
        {
          id: 'credentials',
          text: {
            en: 'On the tab **Identity Management**, enter the values.',
            de: 'Auf der Registerkarte **Identity Management** die Werte eintragen.',
          },
          fields: [
            { label: 'SCIM Version', value: 'SCIM 2.0' },
            { label: 'Base URL', name: 'baseUrl' },
            { label: 'Token Key', name: 'token' },
          ],
          notes: [
            {
              en: 'The Base URL has no slash at its end. In **Test User Email**, enter an address that nobody in {service} has.',
              de: 'Die Base URL hat am Ende keinen Schrägstrich. In **Test User Email** eine Adresse eintragen, die in {service} niemand hat.',
            },
          ],
        },
        {
          id: 'groups',
          text: hasGroups
            ? {
                en: 'Leave **Enable management of User Groups and Group Membership in this application** on if groups are wanted.',
                de: '**Enable management of User Groups and Group Membership in this application** eingeschaltet lassen, wenn Gruppen gewünscht sind.',
              }
            : {
                en: 'Switch **Enable management of User Groups and Group Membership in this application** off: {service} has no groups.',
                de: '**Enable management of User Groups and Group Membership in this application** ausschalten: {service} hat keine Gruppen.',
              },
        },
        {
          id: 'test-connection',
          text: {
            en: 'Press **Test Connection**, then **Activate** and **Save**.',
            de: '**Test Connection** wählen, dann **Activate** und **Save**.',
          },
          expect: {
            en: 'JumpCloud creates the test user in {service} and removes it again.',
            de: 'JumpCloud legt den Testbenutzer in {service} an und entfernt ihn wieder.',
          },
        },
      ],
    },
    {
      id: 'people',
      title: { en: 'Assign people', de: 'Personen zuweisen' },
      steps: [
        {
          id: 'assign',
          text: {
            en: 'On the tab **User Groups** of the application, tick the groups whose members shall be sent, and press **Save**.',
            de: 'Auf der Registerkarte **User Groups** der Anwendung die Gruppen ankreuzen, deren Mitglieder gesendet werden sollen, und **Save** wählen.',
          },
          expect: {
            en: 'The members appear in {service} after some minutes.',
            de: 'Die Mitglieder erscheinen nach einigen Minuten in {service}.',
          },
          notes: [
            {
              en: 'Taking a group away deactivates its members, unless another group of the application has them.',
              de: 'Wird eine Gruppe entfernt, werden ihre Mitglieder deaktiviert, außer eine andere Gruppe der Anwendung enthält sie.',
            },
          ],
        },
      ],
    },
  ],
  attributes: attributesFrom(sources),
  targetOf: (path) => path,
  asksNamespace: false,
  attributeNotes: () => [
    {
      en: 'JumpCloud decides which attributes it sends; its mapping cannot be changed freely.',
      de: 'JumpCloud bestimmt, welche Attribute es sendet; die Zuordnung lässt sich nicht frei ändern.',
    },
    notKeptNote,
  ],
  issues: () => [
    {
      symptom: {
        en: '**Test Connection** fails: the user exists.',
        de: '**Test Connection** scheitert: Der Benutzer besteht schon.',
      },
      cause: {
        en: 'Somebody in {service} has the test address, perhaps from the test before.',
        de: 'Jemand in {service} hat die Testadresse, vielleicht von der Prüfung zuvor.',
      },
      remedy: {
        en: 'Enter another address: every change of the settings asks for a new one.',
        de: 'Eine andere Adresse eintragen: Jede Änderung der Einstellungen verlangt eine neue.',
      },
    },
    {
      symptom: { en: 'Nobody arrives.', de: 'Niemand kommt an.' },
      cause: {
        en: 'No group is ticked, or the connection is not activated.',
        de: 'Keine Gruppe ist angekreuzt, oder die Verbindung ist nicht aktiviert.',
      },
      remedy: {
        en: 'Press **Activate**, then tick a group under **User Groups**.',
        de: '**Activate** wählen, dann unter **User Groups** eine Gruppe ankreuzen.',
      },
    },
    {
      symptom: {
        en: 'A whole team was deactivated.',
        de: 'Ein ganzes Team wurde deaktiviert.',
      },
      cause: { en: 'Its group was taken away.', de: 'Seine Gruppe wurde entfernt.' },
      remedy: {
        en: 'Tick the group again: the same accounts are reactivated.',
        de: 'Die Gruppe wieder ankreuzen: Dieselben Konten werden wieder aktiviert.',
      },
    },
  ],
}
