import { sql } from 'kysely'
import { kyselyStore, mapUser } from '../../src/stores/kysely/index.js'

// Which rows are the directory's is said in the columns of the rows that the mapping is for.

interface Row {
  readonly login: string
  readonly kind: 'employee' | 'contractor'
  readonly gone_at: Date | null
  readonly made_by: string | null
}

const mapping = mapUser<Row>()({ userName: 'login' })
const common = {
  db: undefined as never,
  table: 'staff',
  tenant: 'org',
  created: 'made',
  lastModified: 'changed',
} as const

kyselyStore({
  ...common,
  mapping,
  where: { gone_at: null, kind: ['employee', 'contractor'], login: { not: 'root' } },
  insertDefaults: (draft, { tenant, actor }) => ({ made_by: `${draft.userName} ${tenant} ${actor}` }),
  softDelete: { set: { gone_at: () => new Date(), login: sql`gen_random_uuid()` }, revive: true },
})
kyselyStore({ ...common, mapping, insertDefaults: async () => ({ made_by: sql`current_user` }) })
// @ts-expect-error There is no such column.
kyselyStore({ ...common, mapping, where: { gone: null } })
// @ts-expect-error No row has this value.
kyselyStore({ ...common, mapping, where: { kind: 'robot' } })
// @ts-expect-error There is no such column.
kyselyStore({ ...common, mapping, insertDefaults: { made: 'x' } })
// @ts-expect-error There is no such column.
kyselyStore({ ...common, mapping, softDelete: { set: { gone: 'x' } } })
kyselyStore({
  ...common,
  mapping,
  where: { gone_at: null },
  // @ts-expect-error The column has dates.
  softDelete: { set: { gone_at: () => 7 } },
})
