/** UTF-16 puts surrogates, which spell code points beyond U+FFFF, before U+E000 to U+FFFF. */
const misplaced = /[\ud800-\uffff]/g

/**
 * A text that JavaScript compares in the order of code points, as databases do; nearly every text is its own. What
 * stands for another is no text to show: its surrogates and the characters from U+E000 to U+FFFF have changed places.
 */
export function codePointKey(text: string): string {
  return text.search(misplaced) < 0 ? text : text.replace(misplaced, swap)
}

function swap(unit: string): string {
  const code = unit.charCodeAt(0)
  return String.fromCharCode(code < 0xe000 ? code + 0x2000 : code - 0x800)
}
