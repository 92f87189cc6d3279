import type { GuideFacts } from '../facts.js'
import type { IssueSource } from '../provider.js'

/** What administrators of Microsoft Entra ID meet, with what is behind it. */
export function entraIssues({ matching, hasGroups }: GuideFacts): readonly IssueSource[] {
  return [
    {
      symptom: {
        en: '**Test Connection**: `You appear to have entered invalid credentials`.',
        de: '**Test Connection**: `You appear to have entered invalid credentials`.',
      },
      cause: {
        en: 'The token or the URL is wrong: any answer but 200 leads to this message.',
        de: 'Token oder URL ist falsch: Jede Antwort außer 200 führt zu dieser Meldung.',
      },
      remedy: {
        en: 'Enter `{baseUrl}` without `/Users` at its end, and the token without `Bearer`.',
        de: '`{baseUrl}` ohne `/Users` am Ende und das Token ohne `Bearer` eintragen.',
      },
    },
    {
      symptom: { en: '`CredentialValidationUnavailable`', de: '`CredentialValidationUnavailable`' },
      cause: {
        en: 'Nothing reached {service}: DNS, TLS or a firewall.',
        de: 'Bei {service} kam nichts an: DNS, TLS oder eine Firewall.',
      },
      remedy: {
        en: 'The URL must be reachable from the internet, over https with a public certificate.',
        de: 'Die URL muss aus dem Internet erreichbar sein, über https mit öffentlichem Zertifikat.',
      },
    },
    {
      symptom: {
        en: 'Nobody arrives; `EntrySynchronizationSkipped` or `not effectively entitled`.',
        de: 'Niemand kommt an; `EntrySynchronizationSkipped` oder `not effectively entitled`.',
      },
      cause: {
        en: 'The person is not assigned or out of scope, or the cycle is still to come.',
        de: 'Die Person ist nicht zugewiesen oder außerhalb des Bereichs, oder der Durchlauf steht noch aus.',
      },
      remedy: {
        en: 'Assign them under **Users and groups** and use **Provision on demand**.',
        de: 'Unter **Users and groups** zuweisen und **Provision on demand** verwenden.',
      },
    },
    {
      symptom: {
        en: 'The job is in quarantine, `EncounteredQuarantineException`.',
        de: 'Der Auftrag ist in Quarantäne, `EncounteredQuarantineException`.',
      },
      cause: {
        en: 'The credentials were refused, or more than 40 % of many changes failed.',
        de: 'Die Zugangsdaten wurden abgelehnt, oder mehr als 40 % vieler Änderungen schlugen fehl.',
      },
      remedy: {
        en: 'Renew the credentials, cure the most frequent error of **Provisioning logs**, then press **Restart provisioning**.',
        de: 'Zugangsdaten erneuern, den häufigsten Fehler der **Provisioning logs** beheben, dann **Restart provisioning**.',
      },
    },
    {
      symptom: { en: '`Conflict` or `EntryConflict`', de: '`Conflict` oder `EntryConflict`' },
      cause: {
        en: `Somebody else has the value already, or people are not matched by \`${matching}\`.`,
        de: `Jemand anderes hat den Wert schon, oder es wird nicht über \`${matching}\` abgeglichen.`,
      },
      remedy: {
        en: 'Check the matching attribute, then the two accounts.',
        de: 'Erst das Abgleichsattribut prüfen, dann die beiden Konten.',
      },
    },
    {
      symptom: {
        en: '`MandatoryFieldsMissing` or `MissingValues`',
        de: '`MandatoryFieldsMissing` oder `MissingValues`',
      },
      cause: {
        en: 'A required attribute is not mapped, or its source is empty, as `mail` often is.',
        de: 'Ein Pflichtattribut ist nicht zugeordnet, oder seine Quelle ist leer, wie es `mail` oft ist.',
      },
      remedy: {
        en: 'Map the attributes that the table marks as required, with an expression such as `Coalesce([mail],[userPrincipalName])`.',
        de: 'Die in der Tabelle als Pflicht markierten Attribute zuordnen, etwa mit `Coalesce([mail],[userPrincipalName])`.',
      },
    },
    {
      symptom: { en: '`InvalidAnchor`', de: '`InvalidAnchor`' },
      cause: {
        en: 'The account was deleted in {service}.',
        de: 'Das Konto wurde in {service} gelöscht.',
      },
      remedy: { en: 'Press **Restart provisioning**.', de: '**Restart provisioning** wählen.' },
    },
    {
      symptom: {
        en: 'A field that was emptied in Entra ID keeps its value.',
        de: 'Ein in Entra ID geleertes Feld behält seinen Wert.',
      },
      cause: { en: 'Entra ID does not send empty values.', de: 'Entra ID sendet keine leeren Werte.' },
      remedy: {
        en: 'Map an expression that gives a text for it.',
        de: 'Einen Ausdruck zuordnen, der dafür einen Text ergibt.',
      },
    },
    ...(hasGroups
      ? [
          {
            symptom: {
              en: 'Members of a nested group are missing.',
              de: 'Mitglieder einer verschachtelten Gruppe fehlen.',
            },
            cause: {
              en: 'Entra ID sends direct members only.',
              de: 'Entra ID sendet nur direkte Mitglieder.',
            },
            remedy: {
              en: 'Assign the inner group as well.',
              de: 'Auch die innere Gruppe zuweisen.',
            },
          },
        ]
      : []),
  ]
}
