import type { Call, Service } from '../../operations/index.js'
import { report } from '../../operations/index.js'

/**
 * The JSON text of a resource, with the elements of one attribute at its end, some at a time.
 *
 * @param resource the JSON text of everything else.
 * @param render the JSON texts of elements.
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

/** Tells the host of what goes wrong while a reply is on its way, when the client can not be told any more. */
export async function* reported<T>(
  parts: AsyncIterable<T>,
  service: Service,
  { requestId, tenant }: Call,
): AsyncGenerator<T> {
  try {
    yield* parts
  } catch (error) {
    report(service, error, { requestId, tenant, operation: 'read' })
    throw error
  }
}
