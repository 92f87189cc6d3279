// Started by fork(): the first message says what is wanted, the answer is the rows.
import { once } from 'node:events'
import { inProcess } from '../scimkit.mjs'
import { measureParsing } from './parse.mjs'
import { measurePatching } from './patch.mjs'
import { measureScanning } from './scan.mjs'

const [{ quick, peersOnly }] = await once(process, 'message')
const scimkit = peersOnly ? undefined : await inProcess()
const rows = [measureParsing, measurePatching, measureScanning].flatMap((measure) => measure(scimkit, quick))
process.send(rows, () => process.disconnect())
