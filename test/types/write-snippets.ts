import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { writeSnippets } from '../snippets.js'

// Beside the sources, so that the packages that a snippet names are found.
const folder = join(import.meta.dirname, '.readme')
rmSync(folder, { recursive: true, force: true })
writeSnippets(folder)
