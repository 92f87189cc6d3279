import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Scim, ScimOptions } from '../index.js'
import { createScim } from '../index.js'
import { reasonOf } from './reason.js'
import { UsageError } from './usage-error.js'

/** Where a service is. */
export interface ServiceLocation {
  readonly module: string
  /** The name of it among the module's exports. */
  readonly export: string | undefined
}

/** What commands ask a service for. */
export type LoadedService = Pick<Scim, 'check' | 'describe'>

/** The service of a module, for a command. @throws UsageError */
export async function loadService(command: string, location: ServiceLocation): Promise<LoadedService> {
  return serviceIn(await load(command, location.module), location)
}

async function load(command: string, module: string): Promise<Readonly<Record<string, unknown>>> {
  const path = resolve(module)
  try {
    return await import(pathToFileURL(path).href)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ERR_UNKNOWN_FILE_EXTENSION') {
      throw new UsageError(
        `${module} is TypeScript: node --import tsx node_modules/scimkit/dist/cli/main.js ${command} ${module}`,
        { cause: error },
      )
    }
    throw new UsageError(`${module} cannot be imported: ${reasonOf(error)}`, { cause: error })
  }
}

/** The service that a module exports, or one over the stores that it exports. @throws UsageError */
function serviceIn(
  exports: Readonly<Record<string, unknown>>,
  { module, export: name }: ServiceLocation,
): LoadedService {
  if (name !== undefined) {
    const value = exports[name]
    const service = isService(value) ? value : serviceOver(value)
    if (!service)
      throw new UsageError(`${module}: its export "${name}" is neither a service nor { users, groups }`)
    return service
  }
  const candidates = [exports.scim, exports.default, ...Object.values(exports)]
  const service =
    candidates.find(isService) ??
    serviceOver(exports) ??
    serviceOver(exports.default) ??
    serviceOver(exports.stores)
  if (!service) {
    throw new UsageError(
      `${module} exports no service: export what createScim returns as "scim" or by default, or the stores as "users" and "groups"; --export names another`,
    )
  }
  return service
}

function isService(value: unknown): value is LoadedService {
  return isRecord(value) && typeof value.check === 'function' && typeof value.ready === 'function'
}

/** A service over stores; it is never asked for anything else. */
function serviceOver(value: unknown): LoadedService | undefined {
  if (!isRecord(value) || !isRecord(value.users)) return undefined
  const { users, groups } = value
  // createScim says what is no store.
  const stores = { users, ...(groups !== undefined && { groups }) } as unknown as Pick<ScimOptions, 'users'>
  try {
    return createScim({ ...stores, authenticate: () => undefined })
  } catch (error) {
    throw new UsageError(reasonOf(error), { cause: error })
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}
