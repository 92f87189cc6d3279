// What the numbers were measured on.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { availableParallelism, cpus, loadavg, release, totalmem, type } from 'node:os'

const PACKAGES = [
  'scimkit',
  'scimmy',
  'scimmy-routers',
  'express',
  'autocannon',
  'scim-patch',
  'scim2-parse-filter',
  'esbuild',
]

/** @returns {Record<string, string>} */
export function describeMachine() {
  const gigabytes = (totalmem() / 2 ** 30).toFixed(0)
  return {
    date: new Date().toISOString().slice(0, 10),
    cpu: `${cpus()[0]?.model.trim() || 'unknown'}, ${availableParallelism()} cores`,
    memory: `${gigabytes} GiB`,
    system: `${type()} ${release()}`,
    node: process.version,
    'load before': loadavg()[0].toFixed(2),
    packages: PACKAGES.map(nameAndVersion).join(', '),
  }
}

function nameAndVersion(name) {
  return `${name} ${version(name) ?? '(none)'}`
}

function version(name) {
  // Not every package lets its package.json be imported, so it is looked for where imports look.
  for (const folder of createRequire(import.meta.url).resolve.paths(name) ?? []) {
    try {
      return JSON.parse(readFileSync(`${folder}/${name}/package.json`, 'utf8')).version
    } catch {
      // Not in this folder; the next one up.
    }
  }
  return undefined
}
