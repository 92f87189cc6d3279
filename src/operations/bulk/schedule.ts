/** A node of the path from a root. */
interface Step {
  readonly node: number
  readonly needs: readonly number[]
  next: number
  /** The earliest node reachable from here that is in no group yet. */
  lowest: number
}

/**
 * Nodes in the order in which they are given, except that what a node needs comes before it. Nodes that need each
 * other are in one group, in ascending order. Linear in nodes and needs, and without recursion.
 */
export function schedule(
  nodes: Iterable<number>,
  needsOf: (node: number) => readonly number[],
): readonly (readonly number[])[] {
  // Tarjan's algorithm for strongly connected components, which come out in this order.
  const numbers = new Map<number, number>()
  const stack: number[] = []
  const isOnStack = new Set<number>()
  const groups: number[][] = []

  function enter(node: number): Step {
    const number = numbers.size
    numbers.set(node, number)
    stack.push(node)
    isOnStack.add(node)
    return { node, needs: needsOf(node), next: 0, lowest: number }
  }

  function leave({ node, lowest }: Step): void {
    if (lowest !== numbers.get(node)) return
    const group: number[] = []
    let member: number | undefined
    do {
      member = stack.pop()
      if (member === undefined) break
      isOnStack.delete(member)
      group.push(member)
    } while (member !== node)
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
      else if (isOnStack.has(need)) step.lowest = Math.min(step.lowest, numbers.get(need) ?? step.lowest)
    }
  }
  return groups
}
