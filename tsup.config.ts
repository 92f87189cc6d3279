import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { defineConfig, type Options } from 'tsup'

const library = {
  index: 'src/index.ts',
  'adapters/node': 'src/adapters/node.ts',
  'adapters/express': 'src/adapters/express.ts',
  'adapters/hono': 'src/adapters/hono.ts',
  'adapters/next': 'src/adapters/next.ts',
  'adapters/fastify': 'src/adapters/fastify.ts',
  'adapters/nest': 'src/adapters/nest.ts',
  'adapters/lambda': 'src/adapters/lambda.ts',
  'stores/kysely': 'src/stores/kysely/index.ts',
  connections: 'src/connections/index.ts',
  oauth: 'src/oauth/index.ts',
  filter: 'src/translate/index.ts',
  portal: 'src/portal/index.ts',
  otel: 'src/otel/index.ts',
  testing: 'src/testing/index.ts',
}

/** How the splitting of CommonJS writes the import of `jose`, which is ESM only and no older Node.js can require. */
const required = 'Promise.resolve().then(() => _interopRequireWildcard(require("jose")))'

/** Puts `import('jose')` back, which CommonJS has too, and which bundlers know. */
const importsJose: NonNullable<Options['plugins']>[number] = {
  name: 'imports-jose',
  buildEnd({ writtenFiles }) {
    for (const { name } of writtenFiles) {
      if (!name.endsWith('.cjs')) continue
      const code = readFileSync(name, 'utf8')
      if (code.includes(required)) writeFileSync(name, code.replaceAll(required, "import('jose')"))
    }
  },
}

const shared: Options = {
  outDir: 'dist',
  target: ['es2022', 'node20'],
  platform: 'node',
  // None: the output is readable as it is, and maps would be two thirds of the package.
  sourcemap: false,
  // Built-in modules keep their `node:` prefix: runtimes other than Node know them by no other name.
  removeNodeProtocol: false,
  // Shared chunks keep one copy of every module per format, so `instanceof ScimError` holds whichever
  // entry point the class or the error came through.
  splitting: true,
}

/**
 * One configuration per output, because the command line exists as ESM only while the library is emitted
 * in both formats. `--no-dts --no-clean` is the quick build behind `npm start`: it refreshes the JavaScript
 * and leaves the declarations of the last full build alone.
 */
export default defineConfig(({ dts, clean }) => {
  // Not tsup's own `clean`: the configurations run at the same time and would delete each other's output.
  if (clean !== false) rmSync('dist', { recursive: true, force: true })
  const builds: Options[] = [
    { ...shared, entry: { ...library, 'cli/main': 'src/cli/main.ts' }, format: 'esm' },
    { ...shared, entry: library, format: 'cjs', plugins: [importsJose] },
  ]
  if (dts !== false) builds.push({ ...shared, entry: library, format: ['esm', 'cjs'], dts: { only: true } })
  return builds
})
