/** A node on the way down. */
interface Step {
  readonly node: number
  readonly needs: readonly number[]
  next: number
  /** The earliest node that is reached from here and has not been grouped. */
  lowest: number
}

/**
 * Nodes in the order in which they are given, except that what a node needs comes before it. Nodes that need each
 * other are in one group, in ascending order. Takes time in proportion to nodes and needs, and no stack.
 */
export function schedule(
  nodes: Iterable<number>,
  needsOf: (node: number) => readonly number[],
): readonly (readonly number[])[] {
  // Tarjan's algorithm for strongly connected components, which come out in this order.
  const numbers = new Map<number, number>()
  const waiting: number[] = []
  const isWaiting = new Set<number>()
  const groups: number[][] = []

  function enter(node: number): Step {
    const number = numbers.size
    numbers.set(node, number)
    waiting.push(node)
    isWaiting.add(node)
    return { node, needs: needsOf(node), next: 0, lowest: number }
  }

  function leave({ node, lowest }: Step): void {
    if (lowest !== numbers.get(node)) return
    const group: number[] = []
    let one: number | undefined
    do {
      one = waiting.pop()
      if (one === undefined) break
      isWaiting.delete(one)
      group.push(one)
    } while (one !== node)
    groups.push(group.sort((a, b) => a - b))
  }

  for (const root of nodes) {
    if (numbers.has(root)) continue
    const path = [enter(root)]
    for (let step = path.at(-1); step; step = path.at(-1)) {
      const need = step.needs[step.next++]
      if (need === undefined) {
        path.pop()
        leave(step)
        const above = path.at(-1)
        if (above) above.lowest = Math.min(above.lowest, step.lowest)
      } else if (!numbers.has(need)) path.push(enter(need))
      else if (isWaiting.has(need)) step.lowest = Math.min(step.lowest, numbers.get(need) ?? step.lowest)
    }
  }
  return groups
}
