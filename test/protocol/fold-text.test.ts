import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { foldText } from '../../src/protocol/index.js'

/** Every code point that is no half of a pair. */
const letters = Array.from({ length: 0x11_0000 }, (_, point) => point)
  .filter((point) => point < 0xd800 || point > 0xdfff)
  .map((point) => String.fromCodePoint(point))

function hex(letter: string): string {
  return (letter.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')
}

describe('foldText', () => {
  it('folds every letter as the lines C and S of CaseFolding.txt of Unicode 16.0.0 say', () => {
    const lines = letters.flatMap((letter) => {
      const folded = foldText(letter)
      return folded === letter ? [] : [`${hex(letter)}; ${hex(folded)}\n`]
    })
    // Code and mapping of those lines (https://www.unicode.org/Public/16.0.0/ucd/CaseFolding.txt), by code.
    expect(lines).toHaveLength(1484)
    expect(createHash('sha256').update(lines.join('')).digest('hex')).toBe(
      'd0b187b1aff7f86db9255a7da16c2d2408c664c1817ce1e2d609c0fba2d6926d',
    )
  })

  it('takes for equal what expressions without case do, which follow the same table', () => {
    const folding = letters.filter((letter) => foldText(letter) !== letter)
    const isSame = (a: string, b: string) => new RegExp(`^\\u{${hex(a)}}$`, 'iu').test(b)
    expect(folding.filter((letter) => !isSame(letter, foldText(letter)))).toEqual([])
  })

  it('keeps the length of every letter, and folds what is folded to itself', () => {
    expect(letters.filter((letter) => foldText(letter).length !== letter.length)).toEqual([])
    expect(letters.filter((letter) => foldText(foldText(letter)) !== foldText(letter))).toEqual([])
  })

  it('knows no place in a word, no language and no accents', () => {
    expect(foldText('ΟΔΟΣ ΟΔΟς οδος')).toBe('οδοσ οδοσ οδοσ')
    expect(foldText('Iİıi')).toBe('iİıi')
    expect(foldText('STRAẞE straße strasse')).toBe('straße straße strasse')
    expect(foldText('\u212a K k')).toBe('k k k')
    expect(foldText('\uab70\u13a0')).toBe('\u13a0\u13a0')
    expect(foldText('\u{10400}\u{10428}')).toBe('\u{10428}\u{10428}')
    expect(foldText('É') === foldText('E\u0301')).toBe(false)
  })
})
