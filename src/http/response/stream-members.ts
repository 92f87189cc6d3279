/**
 * The JSON text of a resource in parts, with the elements of one attribute at its end, a page at a time.
 *
 * @param resource the JSON text of everything else.
 * @param nextPage returns the JSON texts of the next page's elements; undefined after the last page.
 */
export async function* streamJson(
  resource: string,
  name: string,
  nextPage: () => Promise<readonly string[] | undefined>,
): AsyncGenerator<string> {
  yield resource.slice(0, -1)
  let before = `,${JSON.stringify(name)}:[`
  let after = '}'
  for (let texts = await nextPage(); texts; texts = await nextPage()) {
    if (texts.length === 0) continue
    yield before + texts.join(',')
    before = ','
    after = ']}'
  }
  yield after
}
