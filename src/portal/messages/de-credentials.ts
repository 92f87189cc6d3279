import type { enCredentials } from './en-credentials.js'

function endsIn(days: number): string {
  return days <= 0 ? 'endet heute' : days === 1 ? 'endet morgen' : `endet in ${days} Tagen`
}

/** Texts about credentials, guests and the end of a connection, in German. */
export const deCredentials: typeof enCredentials = {
  credentialsLead:
    'Zwei Token können zugleich gelten, damit ein neues beim Identity-Provider eingetragen werden kann, bevor das alte endet.',
  noCredentials: 'Es wurde noch nichts ausgestellt.',
  tokens: 'Token',
  clients: 'OAuth-Clients',
  clientsLead:
    'Ein Client holt sich kurzlebige Token mit OAuth 2.0 Client Credentials, wo der Identity-Provider das kann.',
  endsIn: (ending) => `endet auf …${ending}`,
  issuedBy: 'Ausgestellt',
  by: (actor) => `von ${actor}`,
  lastUsed: 'Zuletzt benutzt',
  notUsedYet: 'noch nicht benutzt',
  expires: 'Läuft ab',
  expired: 'abgelaufen',
  revoked: 'widerrufen',
  valid: 'gültig',
  expiresSoon: endsIn,
  expiryWarning: (ending, days) =>
    `Das Token, das auf …${ending} endet, ${endsIn(days).replace('endet', 'läuft')} ab. Ersetzen Sie es und tragen Sie das neue beim Identity-Provider ein.`,
  clientExpiryWarning: (ending, days) =>
    `Das Client-Secret, das auf …${ending} endet, ${endsIn(days).replace('endet', 'läuft')} ab. Legen Sie einen Client an, tragen Sie ihn beim Identity-Provider ein und widerrufen Sie diesen.`,
  allExpired: 'Keine Zugangsdaten gelten: Jede Anfrage wird abgelehnt.',
  rotate: 'Ersetzen',
  rotateOf: (ending) => `Das Token ersetzen, das auf …${ending} endet`,
  rotateLead:
    'Ein neues Token wird ausgestellt. Das alte gilt noch eine Weile, damit keine Anfrage scheitert.',
  overlap: 'Das alte Token endet',
  overlapHours: (hours) =>
    hours === 1
      ? 'in einer Stunde'
      : hours < 24
        ? `in ${hours} Stunden`
        : hours === 24
          ? 'in einem Tag'
          : `in ${hours / 24} Tagen`,
  atOnce: 'sofort',
  rotateNow: 'Ersetzen',
  revoke: 'Widerrufen',
  revokeOf: (ending) => `Die Zugangsdaten widerrufen, die auf …${ending} enden`,
  revokeLead:
    'Anfragen damit werden von da an abgelehnt, in jedem Prozess binnen Sekunden. Das lässt sich nicht zurücknehmen.',
  revokeNow: 'Jetzt widerrufen',
  revokedNow: 'Die Zugangsdaten sind widerrufen.',
  tooManyTokens: 'Zwei Token gelten schon, mehr geht nicht. Widerrufen Sie zuerst eines.',
  alreadyDisconnected: 'Diese Verbindung wurde getrennt: Für sie kann nichts ausgestellt werden.',
  lifetime: 'Gültig für',
  days: (days) => (days === 365 ? 'ein Jahr' : days === 730 ? 'zwei Jahre' : `${days} Tage`),
  addClient: 'Client anlegen',
  clientId: 'Client ID',
  clientSecret: 'Client secret',
  tokenUrl: 'Token endpoint',
  clientHave: (count) => (count === 1 ? 'Ein Client gilt.' : `${count} Clients gelten.`),
  addFederated: 'Client ohne Geheimnis anlegen',
  federationLead:
    'Der Identity-Provider weist sich mit Assertions eines Ausstellers aus: Kein Geheimnis wird ausgetauscht, und keines läuft ab. Die Werte dafür zeigt er an.',
  federatedAdded:
    'Der Client ist angelegt. Tragen Sie diese Werte beim Identity-Provider ein; keiner davon ist geheim.',
  issuer: 'Aussteller (Issuer)',
  directoryId: 'Tenant ID (anstelle von {tenantid})',
  subject: 'Subject',
  audience: 'Audience',
  chooseIssuer: 'Wählen Sie einen der Aussteller.',
  directoryWrong:
    'Geben Sie die Tenant ID als 32 Ziffern und Buchstaben mit Bindestrichen ein, wie der Identity-Provider sie zeigt.',
  federationWrong:
    'Geben Sie Subject und Audience ein, wie der Identity-Provider sie zeigt, je höchstens 500 Zeichen.',

  guestsLead:
    'Ein Link lässt jemanden ohne Konto diese eine Verbindung einrichten oder ansehen, höchstens drei Tage lang. Ein Gast kann nichts widerrufen, trennen, exportieren und niemanden einladen.',
  invite: 'Link erstellen',
  guestMay: 'Der Gast darf',
  guestView: 'ansehen',
  guestSetUp: 'einrichten: Zugangsdaten ausstellen und ersetzen',
  linkHours: 'Gültig für',
  linkTitle: 'Ihr Link',
  linkOnce: 'Kopieren Sie ihn jetzt: Er wird einmal gezeigt. Er öffnet nur in einem Browser, dem ersten.',
  link: 'Link',
  links: 'Links',
  noLinks: 'Keine Links.',
  hours: (hours) => (hours === 1 ? 'eine Stunde' : hours < 48 ? `${hours} Stunden` : `${hours / 24} Tage`),
  revokeLink: (created) => `Den Link vom ${created} UTC widerrufen`,
  linkUnused: 'noch nicht geöffnet',
  linkUsed: 'geöffnet',
  linkRevoked: 'Der Link ist widerrufen.',
  enterTitle: 'Sie sind eingeladen',
  enterLead: (service) => `einen Identity-Provider mit ${service} zu verbinden.`,
  enterHint: 'Der Link öffnet nur in einem Browser. Fahren Sie in dem fort, in dem Sie arbeiten werden.',
  enter: 'Seite öffnen',
  enterSignedIn: (service) =>
    `Sie sind bei ${service} angemeldet; dieser Link ist daher nicht für diesen Browser. Er ist nicht verbraucht: Für wen er bestimmt ist, öffnet ihn abgemeldet oder in einem privaten Fenster.`,
  linkBad:
    'Dieser Link gilt nicht: Er ist abgelaufen, wurde in einem anderen Browser benutzt oder widerrufen. Bitten Sie um einen neuen.',
  left: 'Ihr Besuch ist beendet.',

  disconnectLead:
    'Ihre Zugangsdaten werden widerrufen, und sie kann hier nichts mehr ändern. Das lässt sich nicht zurücknehmen.',
  typeName: (name) => `Zur Bestätigung ${name} eingeben`,
  nameDiffers: 'Das ist nicht der Name der Verbindung.',
  whatOfUsers: 'Die Personen, die über sie kamen',
  keepUsers: 'lassen, wie sie sind',
  deactivateUsers: (people) => `deaktivieren: ${people}`,
  person: 'Person',
  persons: 'Personen',
  sharedKept: 'Wer auch über eine andere Verbindung kam, bleibt: Die entscheidet.',
  typeCount: (count) => `Zum Deaktivieren auch ihre Zahl eingeben: ${count}`,
  countDiffers: (count) =>
    `Die Zahl ist ${count}. Geben Sie sie zum Deaktivieren ein, oder lassen Sie die Personen.`,
  disconnectNow: 'Trennen',
  disconnectedTitle: 'Getrennt',
  disconnectedLead: 'Ihre Zugangsdaten sind widerrufen.',
  deactivating: 'Wird deaktiviert',
  deactivated: (done, total) => `${done} von ${total} erledigt`,
  deactivatedAll: (done) =>
    done === 1 ? 'Eine Person wurde deaktiviert.' : `${done} Personen wurden deaktiviert.`,
  deactivateFailed: (failed) =>
    failed === 1
      ? 'Eine konnte nicht deaktiviert werden: siehe Aktivität.'
      : `${failed} konnten nicht deaktiviert werden: siehe Aktivität.`,
  deactivateKept: (kept) =>
    kept === 1
      ? 'Eine blieb, die auch eine andere Verbindung hat.'
      : `${kept} blieben, die auch eine andere Verbindung haben.`,
  goOn: 'Weiter',
  stop: 'Hier aufhören',
}
