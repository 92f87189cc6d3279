import type { Html, HtmlContent } from './escape.js'
import { html } from './escape.js'

/** What a table has in it. */
export interface TableContent {
  readonly caption: string
  /** Whether the caption is for screen readers only, since a heading says the same. */
  readonly isCaptionHidden?: boolean
  /** Whether it has much text in each column. */
  readonly isWide?: boolean
  readonly head: readonly string[]
  /** The cells of each row, of which the first says what the row is about. */
  readonly rows: readonly (readonly [HtmlContent, ...HtmlContent[]])[]
}

/**
 * A table, of which a narrow screen shows the rows below each other, each cell with the name of its column. The roles are
 * said, since browsers forget them where the cells are no longer laid out as a table.
 */
export function table({ caption, isCaptionHidden = false, isWide = false, head, rows }: TableContent): Html {
  const [, ...columns] = head
  return html`<div class="card"><div class="scroll" role="region" aria-label="${caption}" tabindex="0"><table role="table"${isWide && html` class="wide"`}><caption${isCaptionHidden && html` class="hidden-text"`}>${caption}</caption>
<thead role="rowgroup"><tr role="row">${head.map((name) => html`<th scope="col" role="columnheader">${name}</th>`)}</tr></thead>
<tbody role="rowgroup">${rows.map(
    ([first, ...cells]) =>
      html`<tr role="row"><th scope="row" role="rowheader">${first}</th>${cells.map(
        (cell, index) =>
          html`<td role="cell" data-column="${columns[index] ?? ''}"${cell === '' && html` class="empty"`}>${cell}</td>`,
      )}</tr>`,
  )}</tbody></table></div></div>`
}
