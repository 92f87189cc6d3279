// Started by fork(): the first message says what is wanted, the answer is the rows.
import { once } from 'node:events'
import { requests } from '../scimkit.mjs'
import { measureBulk } from './bulk.mjs'
import { measureGroups } from './groups.mjs'
import { measurePages } from './pages.mjs'

const parts = { groups: measureGroups, bulk: measureBulk, pages: measurePages }

const [{ part, quick, peersOnly }] = await once(process, 'message')
const scimkit = peersOnly ? undefined : await requests()
const rows = await parts[part](scimkit, quick)
process.send(rows, () => process.disconnect())
