import type { OperationContext } from '../../operations/index.js'
import { report } from '../../operations/index.js'

/**
 * The JSON text of a resource in parts, with the elements of one attribute at its end, a page at a time.
 *
 * @param resource the JSON text of everything else.
 * @param render returns the JSON texts of a page's elements.
 */
export async function* streamJson<T>(
  resource: string,
  name: string,
  pages: AsyncIterable<T>,
  render: (page: T) => readonly string[],
): AsyncGenerator<string> {
  yield resource.slice(0, -1)
  let before = `,${JSON.stringify(name)}:[`
  let after = '}'
  for await (const page of pages) {
    const texts = render(page)
    if (texts.length === 0) continue
    yield before + texts.join(',')
    before = ','
    after = ']}'
  }
  yield after
}

/** Reports an error that comes up while the reply is being sent, when it is too late for an error reply. */
export async function* reportFailure<T>(
  parts: AsyncIterable<T>,
  { service, requestId, tenant }: OperationContext,
): AsyncGenerator<T> {
  try {
    yield* parts
  } catch (error) {
    report(service, error, { requestId, tenant, operation: 'read' })
    throw error
  }
}
