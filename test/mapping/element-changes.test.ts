import { describe, expect, it } from 'vitest'
import { childTable, elementChanges, withoutTwins } from '../../src/mapping/index.js'

const phones = childTable('phones', {
  key: 'person',
  columns: { value: 'number', type: 'kind', primary: 'is_first' },
})

describe('elements of another table', () => {
  it.each([
    [
      'are the same',
      [{ value: '1', type: 'work' }],
      [{ type: 'work', value: '1' }],
      { removed: [], changed: [], added: [] },
    ],
    [
      'are told apart by value and type',
      [
        { value: '1', type: 'work' },
        { value: '1', type: 'home' },
      ],
      [
        { value: '1', type: 'home' },
        { value: '1', type: 'work', primary: true },
      ],
      { removed: [], changed: [{ before: ['1', 'work', null], after: ['1', 'work', true] }], added: [] },
    ],
    [
      'change their value where they alone have their type',
      [
        { value: '1', type: 'work' },
        { value: '2', type: 'home' },
      ],
      [
        { value: '3', type: 'work' },
        { value: '2', type: 'home' },
      ],
      { removed: [], changed: [{ before: ['1', 'work', null], after: ['3', 'work', null] }], added: [] },
    ],
    [
      'change their type where they alone have their value',
      [{ value: '1', type: 'work' }],
      [{ value: '1', type: 'home' }],
      { removed: [], changed: [{ before: ['1', 'work', null], after: ['1', 'home', null] }], added: [] },
    ],
    [
      'are others where nothing says which is which',
      [{ value: '1' }, { value: '2' }],
      [{ value: '3' }, { value: '2' }],
      { removed: [['1', null, null]], changed: [], added: [['3', null, null]] },
    ],
    [
      'count once however often they are given',
      [],
      [
        { value: '1', type: 'work' },
        { value: '1', type: 'work' },
      ],
      { removed: [], changed: [], added: [['1', 'work', null]] },
    ],
    [
      'without a value are told apart by the rest',
      [{ type: 'work' }, { type: 'home' }],
      [{ type: 'home' }],
      { removed: [[null, 'work', null]], changed: [], added: [] },
    ],
  ])('%s', (_what, before, after, expected) => {
    expect(elementChanges(phones, before, after)).toEqual(expected)
  })

  it('are shown once where the host has them twice', () => {
    const rows = [
      [null, 'work', true],
      [null, 'work', false],
      ['1', 'work', true],
      ['1', 'home', true],
      ['1', 'work', false],
      ['2', null, null],
      ['2', null, null],
    ]
    expect(withoutTwins(phones, rows)).toEqual([rows[0], rows[1], rows[2], rows[3], rows[5]])
    const different = rows.slice(2, 4)
    expect(withoutTwins(phones, different)).toBe(different)
  })
})
