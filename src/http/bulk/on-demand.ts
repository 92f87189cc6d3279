import type { Handle } from '../route.js'

/** Answers bulk requests with code that is loaded with the first one: most clients send none. */
export const answerBulk: Handle = async (http, _match, request, context) => {
  const { answerBulkRequest } = await import('./bulk.js')
  return answerBulkRequest(http, request, context)
}
