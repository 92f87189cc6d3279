import type { LogTexts } from './en.js'

/** What the log says in German. Names of attributes and what the identity provider was told stay as they are. */
export const de: LogTexts = {
  resource: (type) => (type === undefined ? 'Ressource' : type),
  created: (type) => `Angelegt: ${type}.`,
  createdInactive: (type) => `Angelegt, aber ausgeschaltet: ${type}.`,
  linked: (type) => `Schon vorhanden und verknüpft: ${type}.`,
  changed: (type, paths) => `Geändert (${type}): ${paths}.`,
  changedMembers: (added, removed) => `Mitglieder: ${added} hinzugefügt, ${removed} entfernt.`,
  unchanged: (type) => `Nichts geändert (${type}): alles war schon, wie die Anfrage es verlangt.`,
  deactivated: (type) => `Deaktiviert: ${type}.`,
  reactivated: (type) => `Wieder aktiviert: ${type}.`,
  deleted: (type) => `Gelöscht: ${type}.`,
  found: (type) => `Gelesen: ${type}.`,
  foundNothing: (filter) => `Eine Suche (${filter}) hat nichts gefunden.`,
  foundSome: (filter, count) => `Eine Suche (${filter}) hat ${count} gefunden.`,
  listed: (type, count) => `Eine Liste wurde gelesen: ${count} vom Typ ${type}.`,
  described: () => 'Was der Dienst kann, wurde gelesen.',
  done: (operation) => `Die Anfrage (${operation}) wurde ausgeführt.`,
  unauthorized: () => 'Abgelehnt: Der Zugangsschlüssel gilt hier nicht.',
  refused: (status, detail) => `Abgelehnt mit ${status}: ${detail}`,
  failed: (status, detail) => `Fehlgeschlagen mit ${status}: ${detail}`,
  refusedWithoutDetail: (status) => `Abgelehnt mit ${status}.`,
  failedWithoutDetail: (status) => `Fehlgeschlagen mit ${status}.`,
  aborted: () => 'Die Gegenseite war fort, bevor die Antwort gesendet war.',
  brokeOff: () => 'Die Antwort brach ab.',
  rule: (path, message) => (path === undefined ? `${message}.` : `${path}: ${message}.`),
  ignoredState: () => 'Die Anfrage wollte deaktivieren, und das wurde übergangen.',
  noted: (action, actor) =>
    actor === undefined ? `Erledigt: ${action}.` : `Erledigt von ${actor}: ${action}.`,
  unrecorded: (count) =>
    `${count} Anfragen sind hier nicht aufgezeichnet: Es kamen mehr, als geschrieben werden konnten.`,

  neverSent: (days) =>
    `In den letzten ${days} Tagen ist keine Anfrage zu dieser Person aufgezeichnet: Der Identity-Provider hat sie nicht gesendet.`,
  neverSentAdvice: () =>
    'Übliche Gründe: Sie ist der App nicht zugewiesen; sie wurde zugewiesen, bevor die Provisionierung eingeschaltet war; das Anlegen von Benutzern ist nicht eingeschaltet; der Identity-Provider kennt sie unter einem anderen Benutzernamen oder einer anderen Adresse.',
  onlyLookedUp: () =>
    'Der Identity-Provider hat diese Person gesucht, erfahren, dass sie nicht hier ist, und sie nicht angelegt.',
  onlyLookedUpAdvice: () =>
    'Das Anlegen von Benutzern in den Einstellungen der Provisionierung des Identity-Providers einschalten.',
  lookedUp: () => 'Diese Person war vor der ersten aufgezeichneten Anfrage schon hier.',
  notCreated: () =>
    'Der Identity-Provider wollte diese Person anlegen, und der letzte Versuch ist nicht gelungen.',
  createdAt: () => 'Diese Person wurde angelegt.',
  linkedAt: () => 'Diese Person war schon hier und wurde verknüpft.',
  reactivatedAt: () => 'Diese Person wurde wieder aktiviert.',
  changedAt: () => 'Die letzte Änderung kam an.',
  noDeactivation: () => 'Seitdem kam keine Anfrage, diese Person zu deaktivieren.',
  noDeactivationAdvice: () =>
    'Übliche Gründe: Das Deaktivieren von Benutzern ist nicht eingeschaltet; sie wurde nur gesperrt; eine andere Zuweisung, etwa eine Gruppe, hält sie in der App; der nächste Durchlauf steht noch aus.',
  deactivationFailed: () =>
    'Der Identity-Provider wollte diese Person deaktivieren, und das ist nicht gelungen.',
  deactivationIgnored: () =>
    'Der Identity-Provider wollte diese Person deaktivieren, und der Dienst hat es übergangen: Er kennt diesen Zustand nicht.',
  inactive: () => 'Diese Person ist nicht aktiv: Sie wurde deaktiviert.',
  createdOff: () => 'Diese Person ist nicht aktiv: Sie wurde ausgeschaltet angelegt.',
  reactivationFailed: () => 'Eine Anfrage, sie wieder zu aktivieren, ist nicht gelungen.',
  deletedAt: () => 'Diese Person ist nicht hier: Sie wurde gelöscht.',
  gone: () =>
    'Diese Person ist nicht hier: Der Identity-Provider hat erfahren, dass es die Ressource nicht gibt.',
  told: (status, detail) => `Die Antwort war: ${status} ${detail}`,
  failedAdvice: () =>
    'Identity-Provider versuchen es nach einem solchen Fehler erneut; was schiefging, sagt das Protokoll des Dienstes.',
  gaps: (count) =>
    `${count} Anfragen aus dieser Zeit sind nicht aufgezeichnet; hier können also welche fehlen.`,
  lastRequests: () => 'Die letzten Anfragen:',
}
