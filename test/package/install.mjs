// Installs the packed tarball in an empty folder, as a user would, and uses it from there: imported as ESM,
// required as CommonJS, type-checked by consumers with different compiler settings.
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { checkAll, fail, root, run } from './gate.mjs'

const folder = mkdtempSync(join(tmpdir(), 'scimkit-package-'))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))

const manifest = readJson(join(root, 'package.json'))
const everything = Object.keys(manifest.exports)
  .filter((subpath) => subpath !== './package.json')
  .map((subpath) => subpath.replace(/^\./, manifest.name))
// The entries that need what is optional: the others are used without it, so that they are seen not to.
const withPeers = everything.filter((specifier) => /\/(?:kysely|nest|otel)$/.test(specifier))
const specifiers = everything.filter((specifier) => !withPeers.includes(specifier))
const peers = [
  'jose',
  'kysely',
  'pg',
  '@types/pg',
  '@opentelemetry/api',
  '@nestjs/common',
  '@nestjs/core',
  'reflect-metadata',
  'rxjs',
  'libsql',
]
// Adapters over the bridge take and return objects of `node:http`, so their declarations ask for the types of Node.
const withoutNode = specifiers.filter((specifier) => !isOverBridge(specifier))

await checkAll([
  ['installs from the tarball, offline', install],
  [
    'imports every entry point as ESM, with one ScimError',
    () => run(process.execPath, [write('load.mjs', loadEsm())], folder),
  ],
  [
    'requires every entry point as CommonJS, with one ScimError',
    () => run(process.execPath, [write('load.cjs', loadCjs())], folder),
  ],
  ['defines ScimError once per format', definedOnce],
  ['runs the command line', () => run(join(folder, 'node_modules/.bin/scimkit'), ['--help'], folder)],
  ...['node16', 'nodenext'].map((module) => [
    `declarations: ESM and CommonJS, ${module}, types of Node`,
    () => compile(['mts', 'cts'], specifiers, { module, types: ['node'] }),
  ]),
  [
    'declarations: bundler, DOM and types of Node',
    () => compile(['ts'], specifiers, { ...bundler(), types: ['node'] }),
  ],
  ['declarations: bundler, DOM only', () => compile(['ts'], withoutNode, { ...bundler(), types: [] })],
  ['declarations: CommonJS as of old, which is what ts-jest reads', () => compileOfOld(specifiers)],
  ['declarations: name no type of zod, which would double what a host compiles', namesNoZod],
  [
    'says of a token that it needs jose',
    () => run(process.execPath, [write('tokens.cjs', askForToken(500))], folder),
  ],
  ['adds the optional peers', addPeers],
  [
    'verifies a token from CommonJS, also where ES modules cannot be required',
    () => {
      const flags = process.allowedNodeEnvironmentFlags.has('--no-experimental-require-module')
        ? ['--no-experimental-require-module']
        : []
      run(process.execPath, [...flags, write('tokens.cjs', askForToken(200))], folder)
    },
  ],
  [
    'imports the entry points that need a peer as ESM',
    () => run(process.execPath, [write('peers.mjs', loadEsm(withPeers))], folder),
  ],
  [
    'requires them as CommonJS',
    () => run(process.execPath, [write('peers.cjs', loadCjs(withPeers))], folder),
  ],
  [
    'declarations of those: ESM, nodenext and bundler, CommonJS as of old, types of Node',
    () => {
      compile(['mts'], withPeers, { module: 'nodenext', types: ['node'] })
      compile(['ts'], withPeers, { ...bundler(), types: ['node'] })
      compileOfOld(withPeers)
    },
  ],
  ['the oldest kysely of the range keeps the contract of stores', withOldestKysely],
])

function isOverBridge(specifier) {
  const source = join(root, 'src/adapters', `${specifier.slice(manifest.name.length + 1)}.ts`)
  return (
    existsSync(source) && /from '\.\/(?:node-bridge|express-request)\.js'/.test(readFileSync(source, 'utf8'))
  )
}

/**
 * The dependencies come from this repository's node_modules, which holds the locked versions: nothing has to
 * be downloaded, and a module that scimkit imports without declaring it is not found.
 */
function install() {
  const [{ filename }] = JSON.parse(
    run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder]),
  )
  const packages = closure([...Object.keys(manifest.dependencies), '@types/node'])
  write('package.json', JSON.stringify({ name: 'consumer', private: true }))
  run(
    'npm',
    [
      'install',
      '--offline',
      '--install-links',
      '--ignore-scripts',
      '--no-audit',
      '--no-fund',
      `./${filename}`,
      ...packages.map((name) => `${name}@file:${join(root, 'node_modules', name)}`),
    ],
    folder,
  )
}

/** As they are in this repository, once the others have been used without them. */
function addPeers() {
  for (const name of closure(peers)) {
    const [from, to] = [root, folder].map((base) => join(base, 'node_modules', name))
    cpSync(from, to, { recursive: true, force: false, errorOnExist: false })
  }
}

function closure(names, seen = new Set()) {
  for (const name of names) {
    if (seen.has(name)) continue
    const file = join(root, 'node_modules', name, 'package.json')
    // A binary for another platform is not installed here.
    if (!existsSync(file)) continue
    seen.add(name)
    const { dependencies = {}, optionalDependencies = {} } = readJson(file)
    closure(Object.keys({ ...dependencies, ...optionalDependencies }), seen)
  }
  return [...seen]
}

function loadEsm(more = []) {
  const names = [...specifiers, ...more]
  const imports = names.map((specifier, i) => `import * as m${i} from '${specifier}'`)
  return `${imports.join('\n')}\n${sameClass(names)}`
}

function loadCjs(more = []) {
  const names = [...specifiers, ...more]
  const requires = names.map((specifier, i) => `const m${i} = require('${specifier}')`)
  return `${requires.join('\n')}\n${sameClass(names)}`
}

function sameClass(names) {
  return `
const modules = { ${names.map((specifier, i) => `'${specifier}': m${i}`).join(', ')} }
if (typeof m0.ScimError !== 'function') throw new Error('${names[0]} does not export ScimError')
for (const [name, module] of Object.entries(modules)) {
  if (Object.keys(module).length === 0) throw new Error(name + ' exports nothing')
  if ('ScimError' in module && module.ScimError !== m0.ScimError) throw new Error(name + ' has a ScimError of its own')
}
`
}

/** Asks a token endpoint with an assertion that Node.js has signed. */
function askForToken(status) {
  return `
const { createSign, generateKeyPairSync } = require('node:crypto')
const { createConnections, memoryConnections } = require('scimkit/connections')
const { createTokenEndpoint } = require('scimkit/oauth')
const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url')
async function main() {
  const connections = createConnections({ store: memoryConnections() })
  const { id: connection } = await connections.create({ name: 'a', provider: 'b' })
  const { id } = await connections.addClient({ connection, keys: [publicKey.export({ format: 'jwk' })] })
  const url = 'https://app.example.com/oauth/token'
  const errors = []
  const tokens = createTokenEndpoint({ connections, url, onError: (error) => errors.push(error.message) })
  const text = [{ alg: 'RS256' }, { iss: id, sub: id, aud: url, jti: 'x', exp: Date.now() / 1000 + 60 }].map(encode).join('.')
  const assertion = text + '.' + createSign('sha256').update(text).sign(privateKey, 'base64url')
  const reply = await tokens.fetch(new Request(url, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: assertion,
    }),
  }))
  if (reply.status !== ${status}) throw new Error(reply.status + ' ' + (await reply.text()) + errors)
  if (reply.status === 500 && !errors[0].includes('npm install jose')) throw new Error(errors[0])
}
main()
`
}

function definedOnce() {
  const dist = join(folder, 'node_modules', manifest.name, 'dist')
  const files = readdirSync(dist, { recursive: true, encoding: 'utf8' })
  for (const extension of ['.js', '.cjs']) {
    const definitions = files
      .filter((file) => file.endsWith(extension))
      .flatMap((file) => readFileSync(join(dist, file), 'utf8').split('\n'))
      .filter((line) => /\bclass _?ScimError\b|\bScimError = class\b/.test(line))
    if (definitions.length !== 1) fail(`${definitions.length} definitions in the ${extension} files`)
  }
}

function bundler() {
  return { module: 'esnext', moduleResolution: 'bundler', lib: ['es2022', 'dom', 'dom.iterable'] }
}

/** As projects of `module: commonjs` compile, by the last compiler that knows `moduleResolution: node10`. */
function compileOfOld(names) {
  const options = { module: 'commonjs', moduleResolution: 'node10', ignoreDeprecations: '6.0' }
  const more = { esModuleInterop: true, skipLibCheck: false, types: ['node'] }
  compile(['ts'], names, { ...options, ...more }, 'typescript')
}

function namesNoZod() {
  const dist = join(folder, 'node_modules', manifest.name, 'dist')
  const files = readdirSync(dist, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /\.d\.c?ts$/.test(name),
  )
  if (files.length < 20) fail(`${files.length} declarations`)
  const found = files.filter((name) => /['"]zod\b/.test(readFileSync(join(dist, name), 'utf8')))
  if (found.length > 0) fail(found.join('\n'))
}

function withOldestKysely() {
  const oldest = manifest.peerDependencies.kysely.replace('^', '')
  const [{ filename }] = JSON.parse(
    run('npm', ['pack', '--json', `kysely@${oldest}`, '--pack-destination', folder]),
  )
  const place = join(folder, 'node_modules/kysely')
  rmSync(place, { recursive: true })
  mkdirSync(place)
  run('tar', ['-xzf', join(folder, filename), '--strip-components=1', '-C', place])
  run(process.execPath, [write('contract.mjs', keepsContract(oldest))], folder)
}

function keepsContract(oldest) {
  return `
import { readFileSync } from 'node:fs'
import Database from 'libsql'
import { scimTables } from '${manifest.name}/kysely'
import { storeContract } from '${manifest.name}/testing'

const { version } = JSON.parse(readFileSync('node_modules/kysely/package.json', 'utf8'))
if (version !== '${oldest}') throw new Error('kysely ' + version + ' was tried')
const tables = scimTables(new Database(${JSON.stringify(join(folder, 'contract.db'))}))
await tables.migrate()
const cases = storeContract(() => tables)
for (const { name, run } of cases)
  await run().catch((error) => {
    throw new Error(name + ': ' + error.message)
  })
if (cases.length < 50) throw new Error(cases.length + ' cases')
`
}

function compile(extensions, names, options, compiler = 'typescript-native') {
  const source = names.map(
    (name, i) => `import * as m${i} from '${name}'\nexport type T${i} = typeof m${i}\n`,
  )
  const files = extensions.map((extension) => write(`consumer.${extension}`, source.join('')))
  const compilerOptions = {
    target: 'es2022',
    lib: ['es2022'],
    strict: true,
    exactOptionalPropertyTypes: true,
    skipLibCheck: false,
    noEmit: true,
    ...options,
  }
  const config = write('tsconfig.json', JSON.stringify({ compilerOptions, files }))
  const tsc = join(root, 'node_modules', compiler, 'bin/tsc')
  run(process.execPath, [tsc, '-p', config, '--pretty', 'false'], folder)
}

function write(name, content) {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

function readJson(path) {
  return JSON.parse(readFileSync(path, 'utf8'))
}
