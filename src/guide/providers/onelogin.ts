import type { GuideFacts } from '../facts.js'
import { isKept } from '../facts.js'
import type { ProviderSource } from '../provider.js'
import { attributesFrom, credentialsNeeded, lastName, plainFeatures } from './common.js'

const core = 'urn:ietf:params:scim:schemas:core:2.0:User'
const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'

/** OneLogin's macros, by the attribute that they fill. */
const macros: Readonly<Record<string, string>> = {
  userName: '{$parameters.scimusername}',
  externalId: '{$user.id}',
  displayName: '{$user.display_name}',
  'name.givenName': '{$user.firstname}',
  'name.familyName': '{$user.lastname}',
  'emails[type eq "work"].value': '{$user.email}',
  'phoneNumbers[type eq "work"].value': '{$user.phone}',
  title: '{$parameters.title}',
  locale: '{$parameters.locale}',
  timezone: '{$parameters.timezone}',
  [`${enterprise}:department`]: '{$parameters.department}',
  [`${enterprise}:costCenter`]: '{$parameters.cost_center}',
  [`${enterprise}:employeeNumber`]: '{$parameters.employee_number}',
  [`${enterprise}:manager.value`]: '{$parameters.external_manager_id}',
}

/** The body that OneLogin sends, made of the attributes that the service keeps. */
export function oneLoginTemplate(facts: GuideFacts): string {
  const schemas = [core]
  const template: Record<string, unknown> = { schemas }
  const name: Record<string, string> = {}
  const extension: Record<string, unknown> = {}
  for (const [path, macro] of Object.entries(macros)) {
    if (!isKept(facts, path)) continue
    if (path.startsWith('name.')) name[lastName(path)] = macro
    else if (path.startsWith('emails')) template.emails = [{ value: macro, type: 'work', primary: true }]
    else if (path.startsWith('phoneNumbers')) template.phoneNumbers = [{ value: macro, type: 'work' }]
    else if (path.endsWith(':manager.value')) extension.manager = { value: macro }
    else if (path.startsWith(enterprise)) extension[lastName(path)] = macro
    else template[path] = macro
  }
  if (Object.keys(name).length > 0) template.name = name
  if (Object.keys(extension).length > 0) {
    schemas.push(enterprise)
    template[enterprise] = extension
  }
  return JSON.stringify(template)
}

/** OneLogin, with its general SCIM application. */
export const oneloginGuide: ProviderSource = {
  name: 'OneLogin',
  console: 'OneLogin Administration, November 2026',
  features: plainFeatures,
  requirements: (facts) => [
    {
      en: 'In OneLogin: a Super User or Account Owner, and a plan with provisioning.',
      de: 'In OneLogin: ein Super User oder Account Owner und ein Plan mit Provisionierung.',
    },
    credentialsNeeded({ ...facts, authentication: 'token' }),
  ],
  chapters: (facts) => [
    {
      id: 'app',
      title: { en: 'Add the application', de: 'Die Anwendung hinzufügen' },
      steps: [
        {
          id: 'add-app',
          text: {
            en: 'Open **Applications > Applications > Add App**, search for `SCIM` and take **SCIM Provisioner with SAML (SCIM v2 Enterprise)**. Give it a name and press **Save**.',
            de: '**Applications > Applications > Add App** öffnen, nach `SCIM` suchen und **SCIM Provisioner with SAML (SCIM v2 Enterprise)** nehmen. Einen Namen vergeben und **Save** wählen.',
          },
          fields: [{ label: 'Display Name', value: '{service}' }],
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
            en: 'Open **Configuration**, enter the values and press **Save**.',
            de: '**Configuration** öffnen, die Werte eintragen und **Save** wählen.',
          },
          fields: [
            { label: 'SCIM Base URL', name: 'baseUrl' },
            { label: 'SCIM JSON Template', value: oneLoginTemplate(facts) },
            { label: 'Custom Headers', value: 'Content-Type: application/scim+json' },
            { label: 'SCIM Bearer Token', name: 'token' },
          ],
        },
        {
          id: 'enable-api',
          text: {
            en: 'Press **Enable** under **API Connection**. This is the test.',
            de: 'Unter **API Connection** **Enable** wählen. Das ist die Prüfung.',
          },
          expect: {
            en: '**API Status** says that the connection is enabled.',
            de: '**API Status** sagt, dass die Verbindung eingeschaltet ist.',
          },
        },
        {
          id: 'enable-provisioning',
          text: {
            en: 'Open **Provisioning**, tick **Enable provisioning**, and untick **Create user**, **Delete user** and **Update user** under **Require admin approval before this action is performed**: otherwise each change waits for somebody.',
            de: '**Provisioning** öffnen, **Enable provisioning** ankreuzen und unter **Require admin approval before this action is performed** **Create user**, **Delete user** und **Update user** abwählen: Sonst wartet jede Änderung auf jemanden.',
          },
          fields: [
            {
              label:
                "When users are deleted in OneLogin, or the user's app access is removed, perform the below action",
              value: 'Suspend',
            },
            {
              label: 'When user accounts are suspended in OneLogin, perform the following action',
              value: 'Suspend',
            },
          ],
        },
        {
          id: 'parameters',
          text: {
            en: 'Open **Parameters** and set the value of **SCIM Username**.',
            de: '**Parameters** öffnen und den Wert von **SCIM Username** setzen.',
          },
          fields: [{ label: 'SCIM Username', value: 'Email' }],
        },
        ...(facts.hasGroups
          ? [
              {
                id: 'groups',
                text: {
                  en: 'For groups: under **Parameters > Groups**, tick **Include in User Provisioning**, and on **Rules** add a rule that sets groups from roles.',
                  de: 'Für Gruppen: unter **Parameters > Groups** **Include in User Provisioning** ankreuzen und unter **Rules** eine Regel anlegen, die Gruppen aus Rollen setzt.',
                },
                isOptional: true as const,
              },
            ]
          : []),
      ],
    },
    {
      id: 'people',
      title: { en: 'Assign people', de: 'Personen zuweisen' },
      steps: [
        {
          id: 'assign',
          text: {
            en: 'Give people access: by a role on **Access**, or at a user under **Applications > +**.',
            de: 'Personen Zugriff geben: über eine Rolle unter **Access** oder beim Benutzer unter **Applications > +**.',
          },
          expect: {
            en: 'The state at the user becomes **Provisioned**.',
            de: 'Der Zustand beim Benutzer wird **Provisioned**.',
          },
        },
      ],
    },
  ],
  attributes: attributesFrom(macros),
  targetOf: (path) => path,
  asksNamespace: false,
  attributeNotes: () => [
    {
      en: 'What is sent is what **SCIM JSON Template** says; it is made of the attributes that {service} keeps. OneLogin adds `active` itself.',
      de: 'Gesendet wird, was **SCIM JSON Template** sagt; es besteht aus den Attributen, die {service} speichert. `active` fügt OneLogin selbst hinzu.',
    },
  ],
  issues: () => [
    {
      symptom: {
        en: 'A user stays **Pending**.',
        de: 'Ein Benutzer bleibt **Pending**.',
      },
      cause: { en: 'An approval is required.', de: 'Eine Freigabe ist verlangt.' },
      remedy: {
        en: 'Approve it under **Users > Provisioning**, and untick the approvals.',
        de: 'Unter **Users > Provisioning** freigeben und die Freigaben abwählen.',
      },
    },
    {
      symptom: { en: 'A user is **Failed**.', de: 'Ein Benutzer ist **Failed**.' },
      cause: {
        en: 'The template has no `schemas`, a macro is misspelt, or the application is the one for SCIM 1.1.',
        de: 'Dem Template fehlt `schemas`, ein Makro ist falsch geschrieben, oder die Anwendung ist die für SCIM 1.1.',
      },
      remedy: {
        en: 'Press the state to read the reason, and copy the template again.',
        de: 'Den Zustand anklicken, den Grund lesen und das Template erneut kopieren.',
      },
    },
  ],
}
