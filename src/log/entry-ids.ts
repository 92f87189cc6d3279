/** Makes the ids of entries: in the order of time, and in one process never two the same. */
export function entryIds(): (time: number) => string {
  const process = crypto.getRandomValues(new Uint32Array(1))[0]?.toString(16).padStart(8, '0') ?? ''
  let last = 0
  let count = 0
  return (time) => {
    // A clock that is set back does not bring ids back.
    if (time > last) {
      last = time
      count = 0
    } else if (++count > 0xffff) {
      last++
      count = 0
    }
    return `${last.toString(16).padStart(12, '0')}${count.toString(16).padStart(4, '0')}${process}`
  }
}
