import { expect, it } from 'vitest'
import { bindFilter } from '../../../../src/filter/index.js'
import { urns } from '../../../../src/protocol/index.js'
import {
  compileResourceType,
  findAttribute,
  fullProjection,
  userResourceType,
} from '../../../../src/schema/index.js'
import { column, kyselyStore, lookup, mapUser, sameAs } from '../../../../src/stores/kysely/index.js'
import { recorder } from '../recorder.js'

// The statements for columns that are more than a place for a value, word by word.

interface Row {
  readonly login: string
  readonly mail: string
  readonly badge: string
  readonly badge_key: string
  readonly department_id: number
}

it('statements over columns of two attributes, in lower case, without case, and of other tables', async () => {
  const { db, answers, take } = recorder()
  const store = kyselyStore({
    db,
    table: 'staff',
    mapping: mapUser<Row>()({
      userName: column('login', { normalize: 'lowercase' }),
      'emails[type eq "work"].value': sameAs('userName', { primary: true }),
      externalId: column('badge', { foldedIn: 'badge_key' }),
      [urns.enterpriseUser]: {
        department: lookup('department_id', {
          table: 'departments',
          key: 'id',
          value: 'name',
          tenant: 'company',
          create: (name) => ({ slug: name.length }),
        }),
      },
    }),
    tenant: 'company',
    created: 'created',
    lastModified: 'changed',
  })
  const type = compileResourceType(store.restrictResourceType(userResourceType))
  const context = { tenant: 'acme', actor: undefined, requestId: '1', resourceType: type, signal: undefined }
  const id = '5e0f0d2c-1111-1222-8333-444455556666'
  const row = { m_id: id, m_version: '7', m_created: '2020', m_modified: '2021' }
  const ann = {
    schemas: [urns.user],
    userName: 'Ann',
    externalId: 'A1',
    [urns.enterpriseUser]: { department: 'Sales' },
  }
  const page = { startIndex: 1, count: 10, projection: fullProjection(type) }
  const list = (filter: string | undefined, path?: string) => {
    const attribute = path === undefined ? undefined : findAttribute(type, path)
    const sort = attribute && { attribute, order: 'ascending' as const }
    return store.list(
      { ...page, filter: filter === undefined ? undefined : bindFilter(type, filter), sort },
      context,
    )
  }
  const department = `${urns.enterpriseUser}:department`
  const steps: Readonly<Record<string, () => Promise<unknown>>> = {
    get: () => store.get(id, page.projection, context),
    'list: lower case': () => list('userName eq "Ann"', 'userName'),
    'list: the same column': () => list('emails[type eq "work"].value sw "Ann"', 'emails'),
    'list: without case': () => list('externalId eq "a1"', 'externalId'),
    'list: without case, a part': () => list('externalId co "a"'),
    'list: another table': () => list(`${department} eq "sales"`, department),
    'list: another table, a part': () => list(`${department} sw "sal"`),
    'create, with a value that is there': () => {
      answers.push([{ m_key: '3' }], [row])
      return store.create(ann, context)
    },
    'create, with a value that is not': () => {
      answers.push([], [], [{ m_key: '3' }], [row])
      return store.create(ann, context)
    },
    replace: () => {
      answers.push([{ m_key: '3' }], [row])
      return store.replace(id, ann, '7', context)
    },
  }
  const parts: string[] = []
  for (const [name, step] of Object.entries(steps)) {
    answers.length = 0
    await step()
    parts.push(`-- ${name}\n${take()}`)
  }
  await expect(`${parts.join('\n\n')}\n`).toMatchFileSnapshot('./columns.sql')
})
