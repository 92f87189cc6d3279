import type { Finding } from '../../../store.js'

/** Every kind of finding: its severity, and what it is, as the README has it. */
export const codes = {
  'missing-table': [
    'error',
    'a table or view that the configuration names is not there, or not on the search path',
  ],
  'missing-column': ['error', 'a column that the configuration names is not there'],
  'column-type': [
    'error',
    'the type of a column cannot hold what is mapped to it, or that of ids is another than `id.type`',
  ],
  'no-version': [
    'error',
    'a view or foreign table, whose rows have no version of their own, and no option `version`',
  ],
  'version-partial': [
    'warning',
    'a column that is mapped is none of those of `version`: changes of it alone are not seen',
  ],
  'version-nullable': [
    'warning',
    'the column of `version` may be empty: rows without a version cannot be changed',
  ],
  'tenants-not-apart': [
    'error',
    'rows of another table belong to an `id` that several tenants can have, and say no tenant',
  ],
  'no-events-table': ['error', '`outbox` is on and the table of events is not there'],
  'outdated-tables': [
    'warning',
    'tables of scimkit are of an earlier version: they are served as that version does it, until they are migrated',
  ],
  'no-events-trigger': [
    'warning',
    'a trigger of the table of events is missing or disabled: events wait for ever',
  ],
  'tenant-not-text': [
    'warning',
    'the column of the tenant is no text: requests of tenants that its type cannot hold are a 500',
  ],
  'id-not-unique': ['warning', 'no unique index covers the ids'],
  'ids-reused': [
    'warning',
    'the database gives the id of a row that was deleted to a new one: to an identity provider, the new user is the old one',
  ],
  'not-unique': ['warning', 'no unique index covers an attribute that must be unique, such as `userName`'],
  'unique-case-sensitive': [
    'warning',
    'a unique index tells case apart where the attribute does not: two accounts for Ann@ and ann@',
  ],
  'unique-partial': ['warning', 'a unique index leaves out rows that clients see'],
  'unique-with-deleted': [
    'warning',
    'a unique index is about rows that `softDelete` has marked too, without `revive`: every rehire is a 409',
  ],
  'folded-nullable': [
    'warning',
    'a column of `foldedIn` may be empty: rows that are written without it are not kept unique',
  ],
  'folded-stale': ['warning', 'rows have another value in a column of `foldedIn` than scimkit would write'],
  'lookup-not-unique': [
    'warning',
    'no unique index keeps a text from being in the table of a `lookup` twice, in any case',
  ],
  'not-indexed': ['warning', 'what every sign-in, group or e-mail is looked up by has no index'],
  'members-not-unique': ['warning', 'no unique index keeps a member from being in a group twice'],
  'shared-table': [
    'warning',
    'two attributes, of one resource type or of two, have their values in the same rows',
  ],
  'column-without-value': ['warning', 'a column must have a value, and nothing gives one to a new row'],
  'attribute-not-null': ['warning', 'a column must have a value, and its attribute is optional for clients'],
  'column-not-text': ['warning', 'filters cannot compare an attribute, because its column has another type'],
  'not-filterable': ['warning', 'identity providers look users up by an attribute that filters cannot use'],
  'time-without-zone': [
    'warning',
    'a time has no zone: it is read and written as UTC, whatever the session says',
  ],
  'no-external-id': [
    'warning',
    '`externalId` has no place: identity providers that match by it lose their links',
  ],
  'ascii-letters-only': [
    'warning',
    'the database, or the collation of a column, folds the case of ASCII letters only: `JÖRG` and `jörg` are two users',
  ],
  'letters-folded-otherwise': [
    'warning',
    'a unique column has letters that the database folds otherwise than Unicode, such as `ς` and `İ`',
  ],
} as const satisfies Readonly<Record<string, readonly [severity: Finding['severity'], what: string]>>

export type FindingCode = keyof typeof codes

/** A finding, with the severity of its code. */
export function finding(
  code: FindingCode,
  where: string,
  said: Omit<Finding, 'code' | 'severity' | 'where'>,
): Finding {
  return { code, severity: codes[code][0], where, ...said }
}
