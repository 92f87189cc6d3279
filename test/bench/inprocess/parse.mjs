// Text to predicate. scim2-parse-filter only parses; scimkit also binds every
// name to the schema, checks the literals' types and compiles.
import { parse } from 'scim2-parse-filter'
import { check, parse as targets } from '../targets.mjs'
import { compare, inOnePiece, keep } from './compare.mjs'
import { newShape, SHAPES, twelve } from './filters.mjs'

/**
 * @param {import('../scimkit.mjs').InProcess | undefined} scimkit
 * @param {boolean} quick
 * @returns {import('./inprocess.mjs').Row[]}
 */
export function measureParsing(scimkit, quick) {
  const samples = quick ? 8 : 40
  const known = 200 * twelve.length
  // A shape is new once, so all samples together may not need more than there are.
  const fresh = Math.floor(SHAPES / (samples + Math.ceil(samples / 4)))
  return [
    row('known shape, new literals', known, (number) => twelve[number % twelve.length](number)),
    row('new shape', fresh, newShape),
  ]

  function row(name, length, text) {
    const contenders = { 'scim2-parse-filter': over(parse) }
    if (scimkit !== undefined) contenders.scimkit = over(scimkit.compile)
    const prepare = (sample) =>
      Array.from({ length }, (_, index) => inOnePiece(text(sample * length + index)))
    const nanoseconds = compare({ samples, prepare, contenders })
    return { name: `filter, ${name}`, unit: 'filter', nanoseconds, checks: judge(name, nanoseconds) }
  }
}

function over(read) {
  return (texts) => {
    for (const text of texts) keep(read(text))
    return texts.length
  }
}

function judge(name, { scimkit, 'scim2-parse-filter': peer }) {
  if (scimkit === undefined) return []
  return name === 'new shape'
    ? [check('scim2-parse-filter', scimkit / peer, 'x', { atMost: targets.newShapeTime })]
    : [check('scim2-parse-filter', peer / scimkit, 'x', { atLeast: targets.knownShape })]
}
