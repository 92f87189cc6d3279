import { sql } from 'kysely'
import { foldedLetters } from '../../../../protocol/index.js'
import type { Sql } from '../../sql/sql.js'
import type { OwnNames } from '../names.js'
import { ownName } from '../names.js'

/**
 * The function that folds case as `foldText` does. Its name has the version of Unicode, so that an index of one version
 * is never read as one of another: a new version is a new function, and new indexes.
 */
export const foldFunctionName = 'fold_16'

/** The name of the function as SQL. */
export function foldFunction(names: OwnNames): Sql {
  return ownName(names, foldFunctionName)
}

/** A text of scimkit's own tables without its case. */
export function foldedBy(names: OwnNames): (value: Sql) => Sql {
  const name = foldFunction(names)
  return (value) => sql`${name}(${value})`
}

/** Whether an error says that there is no such function. */
export function isWithoutFold(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const { code } = error as Error & { readonly code?: unknown }
  // undefined_function; the message is in the language of the server, and the name is not.
  return code === '42883' && error.message.includes(`${foldFunctionName}(`)
}

/** Where the letters of scripts begin: a text is searched for the letters of those only that it has. */
const blocks = [0x80, 0x300, 0x1000, 0x2c00, 0xa640, 0xff00, 0x1_0000]

function translations(): string {
  const all = [...foldedLetters()]
  return blocks
    .map((start, index) => {
      const end = (blocks[index + 1] ?? 0x11_0000) - 1
      const letters = all.filter(([letter]) => letter >= start && letter <= end)
      const points = letters.map(([letter]) => letter)
      const range = String.fromCodePoint(Math.min(...points), 45, Math.max(...points))
      const from = String.fromCodePoint(...points)
      const to = String.fromCodePoint(...letters.map(([, other]) => other))
      return `  if value ~ ('[${range}]' collate "C") then value := translate(value, '${from}', '${to}'); end if;`
    })
    .join('\n')
}

/** Letters of ASCII, which most texts consist of, are left to `lower`. */
export function createFold(names: OwnNames): Sql {
  return sql`create or replace function ${foldFunction(names)}(value text) returns text language plpgsql immutable strict parallel safe as $$
begin
  if octet_length(value) = length(value) then return lower(value collate "C"); end if;
${sql.raw(translations())}
  return lower(value collate "C");
end $$`
}
