// How large scimkit is in somebody's bundle: the README's example, minified, gzip. What is loaded on demand (zod's
// validators, bulk, OpenAPI) stands in chunks of its own, as bundlers make them, and in a row of its own.
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
    ...(await row('own code', [...dependencies, ...peers], targets.own)),
    ...(await row('with dependencies', peers, targets.withDependencies)),
  ]
}

async function row(name, external, atMost) {
  const { outputFiles, metafile } = await build({
    stdin: { contents: program, resolveDir: fileURLToPath(new URL('..', import.meta.url)) },
    bundle: true,
    minify: true,
    write: false,
    splitting: true,
    outdir: 'out',
    metafile: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    external,
  })
  const atOnce = loadedAtOnce(metafile.outputs)
  const size = (files) => files.reduce((sum, { contents }) => sum + contents.length, 0) / 1000
  const zipped = (files) =>
    files.reduce((sum, { contents }) => sum + gzipSync(contents, { level: 9 }).length, 0) / 1000
  const isAtOnce = ({ path }) => [...atOnce].some((one) => path.endsWith(one.slice('out'.length)))
  const core = outputFiles.filter(isAtOnce)
  const onDemand = outputFiles.filter((file) => !isAtOnce(file))
  const gzip = zipped(core)
  return [
    { name, minified: size(core), gzip, checks: [check('gzip', gzip, ' kB', { atMost })] },
    { name: `${name}, loaded on demand`, minified: size(onDemand), gzip: zipped(onDemand), checks: [] },
  ]
}

/** The files that the entry imports, and those that they import, but for `import()`. */
function loadedAtOnce(outputs) {
  const found = new Set(Object.keys(outputs).filter((name) => outputs[name].entryPoint === '<stdin>'))
  for (const name of found) {
    for (const { path, kind } of outputs[name].imports)
      if (kind === 'import-statement' && path in outputs) found.add(path)
  }
  return found
}
