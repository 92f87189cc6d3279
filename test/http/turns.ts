/** Counts the turns of others from now on, until it is asked. */
export function countTurns(): () => number {
  let turns = 0
  let isDone = false
  const turn = () => {
    turns += 1
    if (!isDone) setImmediate(turn)
  }
  setImmediate(turn)
  return () => {
    isDone = true
    return turns
  }
}
