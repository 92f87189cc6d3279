/** So many per second, and as many again at once after a pause. */
export class Allowance {
  private left: number
  private at = performance.now()

  constructor(private readonly perSecond: number) {
    this.left = perSecond
  }

  /** Takes one; false where there is none. */
  take(): boolean {
    if (this.left < 1) {
      const now = performance.now()
      this.left = Math.min(this.perSecond, this.left + ((now - this.at) / 1000) * this.perSecond)
      this.at = now
      if (this.left < 1) return false
    }
    this.left--
    return true
  }
}
