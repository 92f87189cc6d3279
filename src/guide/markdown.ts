import type { Words } from './provider.js'
import type { Guide, GuideField, GuideStep, GuideText } from './types.js'
import { words } from './words.js'

/** What the text has besides the guide's data. */
export interface MarkdownContext {
  readonly say: (words: Words) => string
  readonly date: string
  readonly links: readonly { readonly title: string; readonly url: string }[]
  readonly isRateLimited: boolean
}

/** A guide as Markdown, with the headings that reviewers ask for. */
export function toMarkdown(guide: Omit<Guide, 'markdown'>, context: MarkdownContext): string {
  const { say, date, links, isRateLimited } = context
  const heading = (title: Words) => `## ${plain(say(title))}`
  let number = 0
  const chapters = guide.chapters.flatMap(({ title, steps }) => [
    `### ${plain(title)}`,
    steps.map((step) => stepText(step, ++number, say)).join('\n'),
  ])
  return `${[
    `# ${plain(guide.title)}`,
    `${plain(say(words.updated))}: ${plain(date)} · ${plain(say(words.writtenFor))}: ${plain(guide.console)}`,
    inline(guide.lead),
    ...guide.warnings.map((warning) => `> ⚠ ${inline(warning)}`),
    heading(words.features),
    list(guide.features),
    heading(words.requirements),
    list(guide.requirements),
    heading(words.steps),
    ...chapters,
    heading(words.attributes),
    attributeText(guide, say),
    list(guide.attributeNotes),
    heading(words.issues),
    table(
      [words.symptom, words.cause, words.remedy].map(say),
      guide.issues.map(({ symptom, cause, remedy }) => [inline(symptom), inline(cause), inline(remedy)]),
    ),
    ...(isRateLimited ? [plain(say(words.rateLimit))] : []),
    inline(guide.closing),
    ...(links.length > 0
      ? [
          `${plain(say(words.next))}:`,
          links
            .map(({ title, url }) => `- [${plain(title)}](<${url.replace(/[<>\s]/g, encodeURIComponent)}>)`)
            .join('\n'),
        ]
      : []),
  ]
    .join('\n\n')
    .replaceAll('\n\n\n', '\n\n')}\n`
}

function stepText(step: GuideStep, number: number, say: (words: Words) => string): string {
  const indent = ' '.repeat(String(number).length + 2)
  const optional = step.isOptional ? `${plain(say(words.optional))} ` : ''
  const lines = [`${number}. ${optional}${inline(step.text)}`]
  const shown = step.fields.filter(({ value, isSecret, name }) => value !== undefined || isSecret || name)
  if (shown.length > 0) {
    lines.push('')
    const rows = shown.map((field) => [`**${cell(plain(field.label))}**`, fieldValue(field, say)])
    lines.push(...table([say(words.field), say(words.value)], rows).split('\n'), '')
  }
  if (step.expect) lines.push(inline(step.expect))
  for (const note of step.notes) lines.push(`- ${inline(note)}`)
  return lines.map((line, index) => (index === 0 || line === '' ? line : `${indent}${line}`)).join('\n')
}

function fieldValue({ value, isSecret }: GuideField, say: (words: Words) => string): string {
  if (value !== undefined) return cell(code(value))
  return cell(plain(say(isSecret ? words.secret : words.yours)))
}

function attributeText({ attributes }: Omit<Guide, 'markdown'>, say: (words: Words) => string): string {
  const hasNamespaces = attributes.some(({ namespace }) => namespace !== undefined)
  const head = [
    words.attribute,
    words.target,
    ...(hasNamespaces ? [words.namespace] : []),
    words.source,
    words.required,
    words.notes,
  ]
  return table(
    head.map(say),
    attributes.map(({ path, target, namespace, source, required, notes }) => [
      code(path),
      code(target),
      ...(hasNamespaces ? [namespace === undefined ? '' : code(namespace)] : []),
      source === undefined ? '' : code(source),
      say(required ? words.yes : words.no),
      plain(notes.join('; ')),
    ]),
  )
}

function list(items: readonly GuideText[]): string {
  return items.map((item) => `- ${inline(item)}`).join('\n')
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(cell).join(' | ')} |`
  return [line(head), `|${head.map(() => ' --- |').join('')}`, ...rows.map(line)].join('\n')
}

/** A cell ends at every bar that is not escaped, also in code. */
function cell(markdown: string): string {
  return markdown.replace(/\\?\|/g, '\\|').replace(/[\r\n]+/g, ' ')
}

function inline(text: GuideText): string {
  return text
    .map((part) => {
      if (part.kind === 'code') return code(part.text)
      return part.kind === 'ui' ? `**${plain(part.text)}**` : plain(part.text)
    })
    .join('')
}

/** Text that Markdown takes as it is. */
function plain(text: string): string {
  const line = text.replace(/[\\`*_[\]<]|&(?=#?\w+;)/g, '\\$&').replace(/[\r\n]+/g, ' ')
  // What begins a quotation, a heading or a list.
  return /^[>#+-]/.test(line) ? `\\${line}` : line
}

/** A value in a code span, which ends at the first run of as many backticks. */
function code(text: string): string {
  const line = text.replace(/[\r\n]+/g, ' ')
  const runs = line.match(/`+/g) ?? []
  const fence = '`'.repeat(Math.max(0, ...runs.map((run) => run.length)) + 1)
  const pad = line.startsWith('`') || line.endsWith('`') ? ' ' : ''
  return `${fence}${pad}${line}${pad}${fence}`
}
