import type { ScimHandler } from '../http/index.js'
import { HostFault, isObject, ScimError } from '../protocol/index.js'

// The types of errors of body-parser: https://expressjs.com/en/resources/middleware/body-parser.html#errors

/**
 * What takes the place of a body that a parser of Express has failed on; undefined where the error is another one.
 * The service asks for it after it has asked who sends it.
 */
export function parserFailure(error: unknown, scim: ScimHandler): (() => unknown) | undefined {
  if (!isObject(error)) return undefined
  const { type, body, limit } = error
  // As text it is what the service refuses in its own words.
  if (type === 'entity.parse.failed' && typeof body === 'string') return () => body
  if (type === 'entity.too.large' && typeof limit === 'number') return () => tooLarge(limit, scim)
  if (type === 'encoding.unsupported' || type === 'charset.unsupported') {
    return () => {
      throw new ScimError(415, undefined, 'The encoding of the request body is not supported', {
        cause: error,
      })
    }
  }
  if (type === 'request.aborted' || type === 'request.size.invalid') {
    return () => {
      throw ScimError.invalidSyntax('The request body cannot be read', { cause: error })
    }
  }
  return undefined
}

function tooLarge(limit: number, scim: ScimHandler): never {
  scim.report?.(
    new HostFault(
      `The application's body parser refused a body of more than ${limit} bytes; app.useBodyParser('json', { limit }) sets how many it takes`,
    ),
  )
  throw ScimError.tooLarge(`The request body is larger than ${limit} bytes`)
}
