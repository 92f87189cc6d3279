import { deActivity } from './de-activity.js'
import { deCredentials } from './de-credentials.js'
import type { PortalMessages } from './en.js'

/** Eine Anzahl in Worten. */
function count(number: number, one: string, other: string): string {
  return `${number.toLocaleString('de')} ${number === 1 ? one : other}`
}

/** The texts of the pages in German; see `englishMessages`. */
export const germanMessages: PortalMessages = {
  ...deCredentials,
  ...deActivity,
  skip: 'Zum Inhalt springen',
  signedInAs: (actor) => `Angemeldet als ${actor}`,
  guest: 'Gast',
  help: 'Hilfe',
  askService: (service) => `die Administratoren von ${service} fragen`,
  zone: 'Zeiten in',
  language: 'Sprache',
  leave: 'Besuch beenden',
  never: 'nie',
  copy: 'Kopieren',
  copyOf: (label) => `${label} kopieren`,
  copied: (label) => `Kopiert: ${label}`,
  copiedShort: 'Kopiert',
  copyByHand: 'Markiert. Mit Strg+C oder ⌘C kopieren.',
  cancel: 'Abbrechen',
  back: 'Zurück',
  next: 'Nächste Seite',
  setUp: 'Einrichten',
  attributes: 'Attribute',
  activity: 'Aktivität',
  people: 'Personen und Gruppen',
  credentials: 'Zugangsdaten',
  guests: 'Gäste',
  disconnect: 'Trennen',

  notSignedInTitle: 'Sie sind nicht angemeldet',
  notSignedIn: (service) =>
    `Melden Sie sich bei ${service} an und öffnen Sie diese Seite noch einmal. Wenn Sie einen Link bekommen haben, ist er abgelaufen oder wurde beendet: Bitten Sie um einen neuen.`,
  notFoundTitle: 'Nicht gefunden',
  notFound: 'Diese Seite gibt es nicht, oder Sie dürfen sie nicht sehen.',
  notAllowedTitle: 'Nicht erlaubt',
  notAllowed:
    'Ihr Zugang umfasst das nicht. Fragen Sie eine Administratorin oder einen Administrator des Dienstes.',
  methodNotAllowed: 'Diese Seite lässt sich so nicht aufrufen.',
  refusedTitle: 'Das ging nicht',
  foreignForm:
    'Das Formular wurde nicht angenommen: Es wurde in einer anderen Sitzung geöffnet, oder Cookies sind gesperrt. Öffnen Sie die Seite noch einmal und senden Sie es erneut.',
  foreignOrigin: (given, own) =>
    `Das Formular kam von ${given}, und diese Seite ist unter ${own}. Wenn beides dieser Dienst ist, müssen seine Administratoren ihm seine Adresse nennen (baseUrl oder trustProxy).`,
  failedTitle: 'Etwas ist schiefgegangen',
  failed: (id) =>
    `Der Dienst konnte nicht antworten. Wenn Sie um Hilfe bitten, nennen Sie diese Nummer: ${id}`,

  connections: 'Verbundene Identity-Provider',
  connectionsLead: 'Ein Identity-Provider legt hier Personen an, hält sie aktuell und deaktiviert sie.',
  noConnections: 'Noch keine.',
  connect: 'Identity-Provider verbinden',
  connectLead:
    'Etwa zehn Minuten. Sie brauchen: jemanden, der den Identity-Provider verwaltet, und diese Seite daneben.',
  provider: 'Identity-Provider',
  otherProvider: 'Ein anderer, mit SCIM 2.0',
  yourProvider: 'Identity-Provider',
  connectionName: 'Name',
  connectionNameHint: 'Etwa „Produktion“. Zum Trennen geben Sie ihn noch einmal ein.',
  connectNow: 'Weiter',
  chooseProvider: 'Wählen Sie einen Identity-Provider.',
  nameMissing: 'Geben Sie der Verbindung einen Namen mit höchstens 100 Zeichen.',
  nameTaken: 'Es gibt schon eine Verbindung mit diesem Namen.',
  errorSummary: 'Bitte korrigieren:',
  created: 'Angelegt',
  lastSeen: 'Letzte Anfrage',
  noRequestYet: 'Noch keine Anfrage',
  live: 'Verbunden',
  waitingShort: 'Wartet',
  disconnected: 'Getrennt',

  setUpLead: (provider, service) =>
    `Verbindet ${provider} mit ${service}. Gehen Sie die Schritte in dieser Reihenfolge durch.`,
  stepToken: 'Zugangsdaten holen',
  stepProvider: (provider) => `In ${provider}`,
  stepWait: 'Die erste Anfrage sehen',
  stepTest: 'Den Dienst selbst prüfen',
  baseUrl: 'Base URL',
  tokenLead: 'Das Token sendet der Identity-Provider mit jeder Anfrage. Es wird einmal gezeigt.',
  tokenHave: (number) =>
    number === 1
      ? 'Ein Token ist ausgestellt. Es kann nicht noch einmal gezeigt werden; ist es verloren, stellen Sie ein neues aus und widerrufen Sie das alte.'
      : 'Zwei Token sind ausgestellt, mehr können nicht zugleich gelten. Für ein weiteres widerrufen Sie eines.',
  issueToken: 'Token ausstellen',
  issueAnother: 'Weiteres Token ausstellen',
  tokenTitle: 'Ihr Token',
  token: 'Token',
  tokenOnce:
    'Kopieren Sie es jetzt. Wir behalten nur einen Fingerabdruck; ist es verloren, stellen Sie ein neues aus.',
  show: 'Zeigen',
  showOf: (label) => `${label} zeigen`,
  sentAgain:
    'Dieses Formular wurde schon gesendet. Es wurde nichts noch einmal ausgestellt: Das Token stand in der Antwort auf das erste Mal.',

  requirements: 'Was Sie brauchen',
  optional: 'wenn nötig',
  youSee: 'Zu sehen ist:',
  secretAbove: 'das Token aus Schritt 1',
  clientAbove: 'vom Client aus Schritt 1',
  describedConsole: (console) => `Beschrieben für: ${console}`,

  waiting: (provider) =>
    `Wartet auf die erste Anfrage von ${provider}. Sie können diese Seite verlassen; sie erfährt es.`,
  checkNow: 'Jetzt nachsehen',
  verified: (provider) => `${provider} hat die Zugangsdaten geprüft`,
  lastRequestFailed: (status) => `Die letzte Anfrage wurde mit ${status} beantwortet.`,
  lastRequest: 'letzte Anfrage',
  personCame: (person, provider) =>
    `${person} wurde aus ${provider} angelegt. Als Nächstes: dort einen Titel ändern und zusehen, wie er ankommt.`,
  somebody: 'Jemand',
  nextAssign: 'Als Nächstes: dort eine Person zuweisen und zusehen, wie sie ankommt.',
  groupsStillOn:
    'Er fragt nach Gruppen, die dieser Dienst nicht hat. Schalten Sie dort den Import von Gruppen aus.',
  wrongToken: (ending) => `Eine Anfrage kam mit einem Token, das hier nicht gilt. Es endet auf …${ending}.`,
  wrongTokens: (number) => `${count(number, 'Anfrage', 'Anfragen')} mit Zugangsdaten, die hier nicht gelten`,
  lastWrongToken: 'die letzte',
  usualReasons: 'Noch nichts? Die üblichen Gründe',
  knownIssues: 'Bekannte Probleme und Fehlersuche',
  usualReasonList: [
    'Das Token wurde mit Leerzeichen oder Zeilenumbruch eingefügt, oder mit „Bearer“ einmal zu viel oder zu wenig.',
    'Die Base URL ist die der Webseite oder endet auf /Users.',
    'Die Adresse ist aus dem Internet nicht erreichbar: Name, Zertifikat oder Firewall.',
    'Die Einstellungen wurden nicht gespeichert, oder die Provisionierung nicht eingeschaltet.',
  ],
  selfTestLead:
    'Liest nur, und im Dienst selbst: Was zwischen Identity-Provider und Dienst liegt (Namen, Zertifikate, Firewalls), wird nicht geprüft. Das Token wird einmal benutzt und nicht aufbewahrt.',
  selfTestToken: 'Zu prüfendes Token (wenn vorhanden)',
  selfTestRun: 'Prüfen',
  selfTestThis: 'Dieses Token in einem neuen Fenster prüfen',
  selfTestTitle: 'Prüfung des Dienstes',
  selfTestGood: 'Alles antwortet, wie es muss.',
  selfTestBad: 'Etwas antwortet nicht, wie es muss.',
  selfTestAnonymous: 'Eine Anfrage ohne Zugangsdaten wird abgelehnt (401)',
  selfTestCredential: 'Das Token wird angenommen',
  selfTestDiscovery: 'Discovery: was der Dienst kann, seine Schemas und Ressourcentypen',
  selfTestLookup: 'Die Suche nach jemandem, den es nicht gibt, findet niemanden',
  selfTestSkipped: 'ohne Token nicht geprüft',
  passed: 'bestanden',
  notPassed: 'nicht bestanden',
  check: 'Prüfung',
  result: 'Ergebnis',
  latency: 'Dauer',
  milliseconds: (number) => `${number.toLocaleString('de')} ms`,
  answered: (status) => `beantwortet mit ${status}`,

  attributesLead: (provider, service) => `Was ${provider} sendet, und was ${service} damit macht.`,
  attribute: 'Attribut',
  atProvider: (provider) => `In ${provider}`,
  source: 'Quelle',
  meaning: 'Was der Dienst damit macht',
  required: 'Pflicht',
  kept: 'wird behalten',
  notKept: 'wird nicht behalten, sondern übergangen',
  namespace: 'Namensraum',

  peopleLead: (provider) => `Wer über ${provider} kam, und wann sich zuletzt etwas änderte.`,
  users: 'Personen',
  groupsTitle: 'Gruppen',
  noUsers: 'Noch niemand. Weisen Sie im Identity-Provider jemanden zu.',
  noGroups: 'Noch keine Gruppen.',
  personName: 'Name',
  state: 'Zustand',
  active: 'aktiv',
  inactive: 'inaktiv',
  gone: 'nicht mehr da',
  firstSeen: 'Zuerst gesehen',
  lastChange: 'Letzte Änderung',
  count,
}
