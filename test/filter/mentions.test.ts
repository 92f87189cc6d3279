import { expect, it } from 'vitest'
import { mentions } from '../../src/filter/index.js'
import { bindFilter, userResourceType } from '../../src/index.js'
import { attributeNamed, compileResourceType } from '../../src/schema/index.js'

const type = compileResourceType(userResourceType)
const groups = attributeNamed(type.attributes, 'groups')!

it.each([
  ['groups pr', true],
  ['groups.value eq "1"', true],
  ['groups[display co "x"]', true],
  ['userName eq "a" and not (groups.display eq "x" or active eq true)', true],
  ['userName eq "groups"', false],
  ['emails.value eq "1" or not (active eq true)', false],
])('a filter mentions an attribute where a condition is on it or inside of it: %s', (text, expected) => {
  expect(mentions(bindFilter(userResourceType, text).tree, groups)).toBe(expected)
})
