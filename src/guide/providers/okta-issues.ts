import type { GuideFacts } from '../facts.js'
import type { IssueSource } from '../provider.js'

/** What administrators of Okta meet, with what is behind it. */
export function oktaIssues({ hasGroups, canDeactivate }: GuideFacts): readonly IssueSource[] {
  return [
    {
      symptom: {
        en: '**Test API Credentials** fails with `Unauthorized`.',
        de: '**Test API Credentials** schlägt mit `Unauthorized` fehl.',
      },
      cause: {
        en: 'The token is wrong, expired or revoked, or `Bearer` stands before it once too often or not at all.',
        de: 'Das Token ist falsch, abgelaufen oder widerrufen, oder `Bearer` steht einmal zu viel oder gar nicht davor.',
      },
      remedy: {
        en: 'Copy the token again, without a blank or line break, and test once more.',
        de: 'Das Token erneut kopieren, ohne Leerzeichen oder Umbruch, und noch einmal prüfen.',
      },
    },
    {
      symptom: {
        en: 'The test fails with `Error authenticating: null` or an error of 404.',
        de: 'Die Prüfung schlägt mit `Error authenticating: null` oder 404 fehl.',
      },
      cause: {
        en: 'The Base URL is not that of SCIM, or cannot be reached.',
        de: 'Die Base URL ist nicht die von SCIM oder nicht erreichbar.',
      },
      remedy: {
        en: 'Enter `{baseUrl}` as it is, without `/Users` at its end. Okta must reach it from the internet over https, and its host name has no underscore.',
        de: '`{baseUrl}` genau so eintragen, ohne `/Users` am Ende. Okta muss sie aus dem Internet über https erreichen, und ihr Hostname hat keinen Unterstrich.',
      },
    },
    {
      symptom: {
        en: 'The test or a task shows `Invalid JSON: Unrecognized token`.',
        de: 'Prüfung oder Aufgabe zeigt `Invalid JSON: Unrecognized token`.',
      },
      cause: {
        en: 'A proxy or tunnel has answered with a page of its own.',
        de: 'Ein Proxy oder Tunnel hat mit einer eigenen Seite geantwortet.',
      },
      remedy: {
        en: 'Let `{baseUrl}` through to {service} without a page in between.',
        de: '`{baseUrl}` ohne Seite dazwischen zu {service} durchlassen.',
      },
    },
    ...(hasGroups
      ? [
          {
            symptom: {
              en: 'A pushed group appears without members.',
              de: 'Eine gesendete Gruppe erscheint ohne Mitglieder.',
            },
            cause: {
              en: 'The members are not assigned to the app, or one group serves for assigning and for pushing.',
              de: 'Die Mitglieder sind der App nicht zugewiesen, oder eine Gruppe dient zum Zuweisen und zum Senden.',
            },
            remedy: {
              en: 'Assign the members by another group, then **Push now**.',
              de: 'Die Mitglieder über eine andere Gruppe zuweisen, dann **Push now**.',
            },
          },
        ]
      : [
          {
            symptom: {
              en: 'The test fails because groups cannot be read.',
              de: 'Die Prüfung scheitert, weil Gruppen nicht gelesen werden können.',
            },
            cause: { en: '**Import Groups** is ticked.', de: '**Import Groups** ist angekreuzt.' },
            remedy: { en: 'Untick **Import Groups**.', de: '**Import Groups** abwählen.' },
          },
        ]),
    {
      symptom: {
        en: 'Nobody is created; the log of Okta says `Matching user not found`.',
        de: 'Niemand wird angelegt; im Log von Okta steht `Matching user not found`.',
      },
      cause: { en: '**Create Users** is not enabled.', de: '**Create Users** ist nicht eingeschaltet.' },
      remedy: {
        en: 'Enable it on **Provisioning > To App**, and press **Provision User** at the assignments.',
        de: 'Unter **Provisioning > To App** einschalten und bei den Zuweisungen **Provision User** wählen.',
      },
    },
    {
      symptom: {
        en: 'A user carries the mark that they were assigned before provisioning was enabled.',
        de: 'Ein Benutzer trägt den Hinweis, dass er vor dem Einschalten der Provisionierung zugewiesen wurde.',
      },
      cause: { en: 'The order of the steps.', de: 'Die Reihenfolge der Schritte.' },
      remedy: {
        en: 'Press **Provision User**. **Force Sync** does not create anybody.',
        de: '**Provision User** wählen. **Force Sync** legt niemanden an.',
      },
    },
    {
      symptom: {
        en: 'A task says that the value is already in use (409).',
        de: 'Eine Aufgabe meldet, dass der Wert schon vergeben ist (409).',
      },
      cause: {
        en: 'Somebody else in {service} has this user name or address.',
        de: 'Jemand anderes in {service} hat diesen Benutzernamen oder diese Adresse.',
      },
      remedy: {
        en: 'Change one of the two, and retry the task on **Dashboard > Tasks**.',
        de: 'Einen der beiden ändern und die Aufgabe unter **Dashboard > Tasks** wiederholen.',
      },
    },
    {
      symptom: { en: 'An attribute never arrives.', de: 'Ein Attribut kommt nie an.' },
      cause: {
        en: 'Its external namespace is missing or misspelt, its source is empty, or the row applies to **Create** only.',
        de: 'Sein External namespace fehlt oder ist falsch geschrieben, seine Quelle ist leer, oder die Zeile gilt nur für **Create**.',
      },
      remedy: {
        en: 'Compare the row with *{attributes}*; delete the attribute and add it again.',
        de: 'Die Zeile mit *{attributes}* vergleichen; das Attribut löschen und neu anlegen.',
      },
    },
    ...(canDeactivate
      ? [
          {
            symptom: {
              en: 'Somebody was deactivated in Okta and is still active in {service}.',
              de: 'Jemand wurde in Okta deaktiviert und ist in {service} noch aktiv.',
            },
            cause: {
              en: '**Deactivate Users** is not enabled, or the user was only suspended: Okta sends nothing for that.',
              de: '**Deactivate Users** ist nicht eingeschaltet, oder der Benutzer wurde nur gesperrt: Dafür sendet Okta nichts.',
            },
            remedy: {
              en: 'Enable it, then remove the assignment and, where needed, assign again.',
              de: 'Einschalten, dann die Zuweisung entfernen und, wo nötig, erneut zuweisen.',
            },
          },
        ]
      : []),
  ]
}
