/** No option or attribute is longer: what is, is no misspelling. */
const maxLength = 200

/**
 * The name that a misspelt one is likely to stand for: the same but for case and separators, else one that a few typing
 * errors lead to, else one that it begins or ends, or whose beginning or end it is. Undefined where there is none.
 */
export function closestName(given: string, names: readonly string[]): string | undefined {
  if (given.length > maxLength) return undefined
  const plain = plainOf(given)
  const same = names.find((name) => plainOf(name) === plain)
  if (same !== undefined || plain === '') return same
  let closest: string | undefined
  let least = Math.max(1, Math.floor(plain.length / 3)) + 1
  for (const name of names) {
    const distance = editDistance(plain, plainOf(name), least)
    if (distance < least) {
      closest = name
      least = distance
    }
  }
  return closest ?? names.find((name) => isPartOf(plain, plainOf(name)))
}

function plainOf(name: string): string {
  return name.toLowerCase().replace(/[-_ ]/g, '')
}

/** Whether one of two names begins or ends the other, and is more than a few letters of it. */
function isPartOf(one: string, other: string): boolean {
  const [part, whole] = one.length < other.length ? [one, other] : [other, one]
  return part.length >= 4 && (whole.startsWith(part) || whole.endsWith(part))
}

/** How many letters must be added, left out, replaced or swapped with the next one; `limit` where it is no less. */
function editDistance(from: string, to: string, limit: number): number {
  if (Math.abs(from.length - to.length) >= limit) return limit
  let before: readonly number[] = []
  let previous: readonly number[] = Array.from({ length: to.length + 1 }, (_, index) => index)
  for (let row = 1; row <= from.length; row++) {
    const current = [row]
    for (let column = 1; column <= to.length; column++) {
      const isSame = from[row - 1] === to[column - 1]
      const costs = [
        (previous[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (previous[column - 1] ?? 0) + (isSame ? 0 : 1),
      ]
      if (row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1])
        costs.push((before[column - 2] ?? 0) + 1)
      current.push(Math.min(...costs))
    }
    before = previous
    previous = current
  }
  return previous[to.length] ?? limit
}
