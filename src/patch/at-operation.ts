import { isScimError, ScimError } from '../protocol/index.js'

/** Adds to an error which operation it was about. */
export function atOperation(error: unknown, index: number): unknown {
  if (!isScimError(error)) return error
  const { status, scimType, detail, path, retryAfter } = error
  return new ScimError(status, scimType, `Operations[${index}]: ${detail}`, {
    cause: error,
    ...(path !== undefined && { path }),
    ...(retryAfter !== undefined && { retryAfter }),
  })
}
