/** So many per second, and twice as many at once after a pause. */
export class RecordAllowance {
  private readonly most: number
  private left: number
  private at: number

  /** `now`: the time in milliseconds. */
  constructor(
    private readonly perSecond: number,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.most = 2 * perSecond
    this.left = this.most
    this.at = now()
  }

  /** Whether there is one. */
  get hasOne(): boolean {
    const now = this.now()
    this.left = Math.min(this.most, this.left + ((now - this.at) / 1000) * this.perSecond)
    this.at = now
    return this.left >= 1
  }

  /** Takes one; false where there is none. */
  take(): boolean {
    if (!this.hasOne) return false
    this.left--
    return true
  }
}
