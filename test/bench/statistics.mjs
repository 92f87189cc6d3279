/** @param {number[]} sorted ascending */
export function quantile(sorted, q) {
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))]
}

/**
 * What the mean of these ratios is at most, with 95% confidence: the geometric mean with a normal bound on one side,
 * which suits twenty rounds and more.
 *
 * @param {number[]} ratios above 0
 */
export function upperBound(ratios) {
  const logs = ratios.map(Math.log)
  const mean = logs.reduce((sum, one) => sum + one, 0) / logs.length
  const variance = logs.reduce((sum, one) => sum + (one - mean) ** 2, 0) / Math.max(1, logs.length - 1)
  return Math.exp(mean + 1.645 * Math.sqrt(variance / logs.length))
}

/** @param {number[]} values */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}
