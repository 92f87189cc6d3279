import type { Words } from './provider.js'

/** What all guides say. */
export const words = {
  title: { en: '{service} configuration guide for {idp}', de: 'Einrichtung von {service} mit {idp}' },
  unnamedTitle: { en: 'Configuration guide for {idp}', de: 'Einrichtung mit {idp}' },
  lead: {
    en: 'This guide connects {idp} to {service}, so that people are created, changed and deactivated in {service} as they are in {idp}: nobody has to be added by hand, and nobody is forgotten.',
    de: 'Diese Anleitung verbindet {idp} mit {service}: Personen werden in {service} angelegt, geändert und deaktiviert wie in {idp}. Niemand muss von Hand eingetragen werden, und niemand wird vergessen.',
  },
  features: { en: 'Supported Features', de: 'Unterstützte Funktionen' },
  requirements: { en: 'Requirements', de: 'Voraussetzungen' },
  steps: { en: 'Configuration Steps', de: 'Einrichtung' },
  attributes: { en: 'Attributes and Mapping', de: 'Attribute und Zuordnung' },
  issues: {
    en: 'Known Issues and Troubleshooting',
    de: 'Bekannte Probleme und Fehlersuche',
  },
  updated: { en: 'Updated', de: 'Stand' },
  writtenFor: { en: 'Written for', de: 'Geschrieben für' },
  optional: { en: 'Optional:', de: 'Wahlweise:' },
  field: { en: 'Field', de: 'Feld' },
  value: { en: 'Value', de: 'Wert' },
  secret: { en: 'your own; never share it', de: 'Ihr eigenes; niemals weitergeben' },
  yours: { en: 'from {service}', de: 'von {service}' },
  attribute: { en: 'SCIM attribute', de: 'SCIM-Attribut' },
  target: { en: 'Name in {idp}', de: 'Name in {idp}' },
  namespace: { en: 'External namespace', de: 'External namespace' },
  source: { en: 'Usual source', de: 'Übliche Quelle' },
  required: { en: 'Required', de: 'Pflicht' },
  notes: { en: 'Notes', de: 'Hinweise' },
  yes: { en: 'yes', de: 'ja' },
  no: { en: 'no', de: 'nein' },
  symptom: { en: 'Symptom', de: 'Symptom' },
  cause: { en: 'Likely cause', de: 'Wahrscheinliche Ursache' },
  remedy: { en: 'What helps', de: 'Abhilfe' },
  matching: { en: 'people are matched by it', de: 'darüber wird abgeglichen' },
  unique: { en: 'unique', de: 'eindeutig' },
  anyCase: { en: 'compared without regard to case', de: 'Groß- und Kleinschreibung spielt keine Rolle' },
  notKept: { en: 'not kept', de: 'nicht gespeichert' },
  readOnly: { en: 'read only', de: 'nur lesbar' },
  emailCase: {
    en: 'E-mail addresses are compared without regard to case: `Ada@Example.com` and `ada@example.com` are the same.',
    de: 'Bei E-Mail-Adressen spielt Groß- und Kleinschreibung keine Rolle: `Ada@Example.com` und `ada@example.com` sind dieselbe.',
  },
  requiredNote: {
    en: 'Required: {required}. A user without is refused.',
    de: 'Pflicht: {required}. Ein Benutzer ohne wird abgelehnt.',
  },
  limits: {
    en: 'A text may have {maxText} characters, and a list such as `emails` {maxValues} values.',
    de: 'Ein Text darf {maxText} Zeichen haben und eine Liste wie `emails` {maxValues} Werte.',
  },
  rateLimit: {
    en: 'When many changes come at once, some are answered with 429 and a time after which {idp} tries again by itself.',
    de: 'Kommen viele Änderungen auf einmal, werden einige mit 429 und einer Zeit beantwortet, nach der {idp} es von selbst erneut versucht.',
  },
  closing: {
    en: '{idp} is now connected to {service}. If something does not work, contact {support}, with the name of one person concerned, the time, and the text of the error.',
    de: '{idp} ist jetzt mit {service} verbunden. Wenn etwas nicht geht, bitte eine betroffene Person, die Zeit und den Text des Fehlers melden an: {support}.',
  },
  next: { en: 'Read next', de: 'Weiterlesen' },
  notHttps: {
    en: 'The Base URL `{baseUrl}` does not begin with `https://`: {idp} needs https with a public certificate.',
    de: 'Die Base URL `{baseUrl}` beginnt nicht mit `https://`: {idp} braucht https mit öffentlichem Zertifikat.',
  },
  notPublic: {
    en: 'The Base URL `{baseUrl}` is on this machine or in a private network, where {idp} cannot reach it: use a tunnel for trying things out.',
    de: 'Die Base URL `{baseUrl}` liegt auf diesem Rechner oder in einem privaten Netz, wo {idp} sie nicht erreicht: zum Ausprobieren einen Tunnel verwenden.',
  },
  underscore: {
    en: 'The host name of the Base URL has an underscore, which {idp} refuses.',
    de: 'Der Hostname der Base URL hat einen Unterstrich, den {idp} ablehnt.',
  },
} as const satisfies Readonly<Record<string, Words>>
