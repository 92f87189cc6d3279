// How large scimkit is in somebody's bundle: the README's example, minified, gzip.
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { program } from '../scimkit.mjs'
import { check, size as targets } from '../targets.mjs'

/**
 * @typedef {object} SizeRow
 * @property {string} name
 * @property {number} minified kilobytes of 1000 bytes
 * @property {number} gzip kilobytes of 1000 bytes
 * @property {import('../targets.mjs').Check[]} checks
 */

/** @returns {Promise<SizeRow[]>} */
export async function measureSize() {
  const manifest = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'))
  const dependencies = Object.keys(manifest.dependencies ?? {})
  const peers = Object.keys(manifest.peerDependencies ?? {})
  return [
    await row('own code', [...dependencies, ...peers], targets.own),
    await row('with dependencies', peers, targets.withDependencies),
  ]
}

async function row(name, external, atMost) {
  const { outputFiles } = await build({
    stdin: { contents: program, resolveDir: fileURLToPath(new URL('..', import.meta.url)) },
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    external,
  })
  const [{ contents }] = outputFiles
  const gzip = gzipSync(contents, { level: 9 }).length / 1000
  return { name, minified: contents.length / 1000, gzip, checks: [check('gzip', gzip, ' kB', { atMost })] }
}
