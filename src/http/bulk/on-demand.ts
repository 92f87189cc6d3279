import type { Handle } from '../route.js'

const load = () => import('./bulk.js')

let loading: ReturnType<typeof load> | undefined

/** Answers bulk requests with code that is loaded with the first one: most clients send none. */
export const answerBulk: Handle = async (http, _match, request, context) => {
  loading ??= load()
  const { answerBulkRequest } = await loading
  return answerBulkRequest(http, request, context)
}
