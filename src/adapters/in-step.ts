let waiting: (() => void)[] = []

function go(): void {
  const all = waiting
  waiting = []
  for (const one of all) one()
}

/**
 * Resolves once all requests that have arrived by now are here, and for all of them at once. From then on they go in
 * step: each stage of the way to the reply is gone through by all before any enters the next, while the processor
 * still has its code at hand. One after the other they would take up to twice the time.
 */
export function inStep(): Promise<void> {
  return new Promise((resolve) => {
    if (waiting.push(resolve) === 1) setImmediate(go)
  })
}
