import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { check } from 'recheck'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'

// An expression looked for the end of a string again from every quote in it, and took ten seconds for a key of 160 kB in
// a bulk request. No expression may take more time than in proportion to the text.

const src = join(import.meta.dirname, '../src')

interface Expression {
  readonly where: string
  readonly source: string
  readonly flags: string
}

/** The expressions that are written in a file, and where one is made from text, which nobody can check. */
function expressionsIn(file: string): { literals: Expression[]; made: string[] } {
  const text = readFileSync(file, 'utf8')
  const tree = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true)
  const literals: Expression[] = []
  const made: string[] = []
  const visit = (node: ts.Node): void => {
    const where = `${relative(src, file)}:${tree.getLineAndCharacterOfPosition(node.getStart()).line + 1}`
    if (ts.isRegularExpressionLiteral(node)) {
      const end = node.text.lastIndexOf('/')
      literals.push({ where, source: node.text.slice(1, end), flags: node.text.slice(end + 1) })
    } else if ((ts.isNewExpression(node) || ts.isCallExpression(node)) && isMaker(node)) made.push(where)
    ts.forEachChild(node, visit)
  }
  visit(tree)
  return { literals, made }
}

/** Whether a call makes an expression: `RegExp(text)`, or `match`, `matchAll` and `search` with a text. */
function isMaker({ expression, arguments: given }: ts.NewExpression | ts.CallExpression): boolean {
  if (ts.isIdentifier(expression)) return expression.text === 'RegExp'
  if (!ts.isPropertyAccessExpression(expression)) return false
  const [only] = given ?? []
  return (
    /^(?:match|matchAll|search)$/.test(expression.name.text) && only !== undefined && ts.isStringLiteral(only)
  )
}

const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'))
const found = files.map((name) => expressionsIn(join(src, name)))
const expressions = found.flatMap(({ literals }) => literals)
/** What is written in several places is checked in the first. */
const once = new Map([...expressions].reverse().map((one) => [`${one.source}/${one.flags}`, one]))

async function verdictOn({ source, flags }: Omit<Expression, 'where'>): Promise<string> {
  const found = await check(source, flags, { timeout: 60_000 })
  return found.status === 'unknown' ? found.status : `${found.status}, ${found.complexity.type}`
}

describe('every regular expression in the source is linear in the length of the text', () => {
  it.each([...once.values()])('$where', async (expression) => {
    expect(await verdictOn(expression)).toMatch(/^safe/)
  })

  it('and none is made from text', () => {
    expect(expressions.length).toBeGreaterThan(40)
    expect(found.flatMap(({ made }) => made)).toEqual([])
  })

  it('which is found out of expressions that are not', async () => {
    const open = { source: '"(?:[^"\\\\]|\\\\.)*"', flags: 'g' }
    const trailing = { source: '\\/+$', flags: '' }
    expect(await Promise.all([open, trailing].map(verdictOn))).toEqual([
      'vulnerable, polynomial',
      'vulnerable, polynomial',
    ])
  })
})
