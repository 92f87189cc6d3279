/** How long something took, in milliseconds. */
export interface Took {
  readonly total: number
  /** For how long at most nothing else could run in this process. */
  readonly blocked: number
}

/** Milliseconds of this process's processors. */
function processorTime(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

/** Does something, and looks at how often others could have come to their turn meanwhile. */
export async function measure<T>(work: () => Promise<T>): Promise<Took & { readonly result: T }> {
  const begun = performance.now()
  let [turned, used] = [begun, processorTime()]
  let blocked = 0
  let isDone = false
  const turn = () => {
    if (isDone) return
    const [now, usedNow] = [performance.now(), processorTime()]
    // While the machine is busy with others, time passes in which this process does nothing.
    blocked = Math.max(blocked, Math.min(now - turned, usedNow - used))
    turned = now
    used = usedNow
    setImmediate(turn)
  }
  setImmediate(turn)
  try {
    const result = await work()
    turn()
    return { result, total: performance.now() - begun, blocked }
  } finally {
    isDone = true
  }
}

const reference = JSON.stringify(Object.fromEntries(Array.from({ length: 20_000 }, (_, i) => [`k${i}`, i])))
/** Milliseconds for which the machine that bounds were made for reads it. */
const referenceTime = 5

/** How many times as long as it should everything takes at the moment; 1 at least. */
export function slowness(): number {
  const times = Array.from({ length: 5 }, () => {
    const begun = processorTime()
    JSON.parse(reference)
    return processorTime() - begun
  })
  const [, , median = 0] = times.sort((a, b) => a - b)
  return Math.max(1, median / referenceTime)
}
