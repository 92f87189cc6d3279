const slash = 47

/** A text without the slashes at its end. An expression would try each run of slashes again from every one of them. */
export function trimEndSlashes(text: string): string {
  let end = text.length
  while (end > 0 && text.charCodeAt(end - 1) === slash) end--
  return text.slice(0, end)
}

/** A text without the slashes at its beginning and end. */
export function trimSlashes(text: string): string {
  let start = 0
  while (text.charCodeAt(start) === slash) start++
  return trimEndSlashes(text.slice(start))
}
