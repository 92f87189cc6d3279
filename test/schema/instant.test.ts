import fc from 'fast-check'
import { expect, it } from 'vitest'
import { belowMillisecond, compareInstant, instantKey, instantOf } from '../../src/schema/instant.js'

it('reads every instant that JavaScript prints', () => {
  const dates = fc.date({
    min: new Date('0000-01-01T00:00:00Z'),
    max: new Date('9999-12-31T23:59:59.999Z'),
    noInvalidDate: true,
  })
  fc.assert(
    fc.property(dates, (date) => {
      expect(instantOf(date.toISOString())).toBe(date.getTime())
    }),
    { numRuns: 1000 },
  )
})

it.each([
  ['2008-01-23T04:56:22Z', '2008-01-23T04:56:22.000Z'],
  ['2008-01-23T04:56:22', '2008-01-23T04:56:22.000Z'],
  ['2008-01-23t04:56:22z', '2008-01-23T04:56:22.000Z'],
  ['2008-01-23T04:56:22.1Z', '2008-01-23T04:56:22.100Z'],
  ['2008-01-23T04:56:22.1234567Z', '2008-01-23T04:56:22.123Z'],
  ['2015-10-10T14:38:21.8617979-07:00', '2015-10-10T21:38:21.861Z'],
  ['2000-02-29T23:30:00+05:30', '2000-02-29T18:00:00.000Z'],
  ['2000-01-01T00:00:00+14:00', '1999-12-31T10:00:00.000Z'],
  ['1999-12-31T24:00:00.00Z', '2000-01-01T00:00:00.000Z'],
  ['0000-01-01T00:00:00+14:00', '-000001-12-31T10:00:00.000Z'],
])('%s is %s', (text, printed) => {
  expect(new Date(instantOf(text)).toISOString()).toBe(printed)
})

it.each([
  '',
  'yesterday',
  '2008-01-23',
  '2008-01-23 04:56:22Z',
  '2008-13-23T04:56:22Z',
  '2008-00-23T04:56:22Z',
  '2007-02-29T04:56:22Z',
  '1900-02-29T04:56:22Z',
  '2008-04-31T04:56:22Z',
  '2008-01-23T24:56:22Z',
  '2008-01-23T04:60:22Z',
  '2008-01-23T04:56:60Z',
  '2008-01-23T04:56Z',
  '2008-01-23T04:56:22.Z',
  '2008-01-23T04:56:22,5Z',
  '2008-01-23T04:56:22ZZ',
  '2008-01-23T04:56:22+0100',
  '2008-01-23T04:56:22+01:60',
  '2008-01-23T04:56:22+15:00',
  '2008-01-23T04:56:22+14:01',
  '2008-01-23T04:56:22-23:59',
  '2008-01-23T24:00:01Z',
  '2008-01-23T24:00:00.001Z',
  '2008-01-23T24:00:00.Z',
  '2OO8-01-23T04:56:22Z',
  ' 2008-01-23T04:56:22Z',
])('%j is no dateTime', (text) => {
  expect(instantOf(text)).toBeNaN()
})

it('tells instants within a millisecond apart', () => {
  const compare = (a: string, b: string) => Math.sign(compareInstant(a, instantOf(b), belowMillisecond(b)))
  expect(compare('2015-10-10T14:38:21.8617978-07:00', '2015-10-10T21:38:21.8617979Z')).toBe(-1)
  expect(compare('2015-10-10T14:38:21.86179790-07:00', '2015-10-10T21:38:21.8617979Z')).toBe(0)
  expect(compare('2015-10-10T14:38:21.8618-07:00', '2015-10-10T21:38:21.8617979Z')).toBe(1)
  expect(compare('2015-10-10T21:38:21.861Z', '2015-10-10T21:38:21.8610001Z')).toBe(-1)
  expect(
    compare('2015-10-10T21:38:21.00000000000000000001Z', '2015-10-10T21:38:21.00000000000000000002Z'),
  ).toBe(-1)
  expect(compare('soon', '2015-10-10T21:38:21.861Z')).toBeNaN()
})

it('has keys in the order of the instants, as texts and as numbers', () => {
  const keys = [
    ['0000-01-01T00:00:00+14:00', '137832730400'],
    ['1969-12-31T23:59:59.75Z', '199999999999.75'],
    ['1970-01-01T00:00:00.000Z', '200000000000'],
    ['1970-01-01T00:00:00.050Z', '200000000000.05'],
    ['1970-01-01T00:00:00.0500000001Z', '200000000000.0500000001'],
    ['1970-01-01T00:00:00.5Z', '200000000000.5'],
    ['9999-12-31T23:59:59.9-14:00', '453402351199.9'],
  ] as const
  expect(keys.map(([text]) => instantKey(text))).toEqual(keys.map(([, key]) => key))
  expect(keys.map(([, key]) => key)).toEqual([...keys].map(([, key]) => key).sort())
  expect(instantKey('soon')).toBeUndefined()
})
