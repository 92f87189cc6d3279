import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { PGlite } from '@electric-sql/pglite'

// To make a database takes PGlite seconds; to open one that is there, a tenth of that. So one is made, empty, for the
// tests to start from, and kept for the next run.

const modules = join(import.meta.dirname, '../../node_modules')
const manifest = readFileSync(join(modules, '@electric-sql/pglite/package.json'), 'utf8')
const folder = join(modules, '.cache/scimkit-tests', `pglite-${JSON.parse(manifest).version}`)

/** The empty database: as a directory to be copied, and as an archive for `loadDataDir`. */
export const pgliteTemplate = { directory: join(folder, 'data'), archive: join(folder, 'data.tar') }

export async function makePgliteTemplate(): Promise<void> {
  if (existsSync(folder)) return
  // Under another name until it is whole: another run may be at it too.
  const unfinished = `${folder}.${process.pid}`
  mkdirSync(unfinished, { recursive: true })
  const database = await PGlite.create(join(unfinished, 'data'))
  const archive = await database.dumpDataDir('none')
  writeFileSync(join(unfinished, 'data.tar'), Buffer.from(await archive.arrayBuffer()))
  await database.close()
  try {
    renameSync(unfinished, folder)
  } catch {
    rmSync(unfinished, { recursive: true })
  }
}
