/** The version of Unicode whose case folding {@link foldText} does: keys that are stored go by it. */
export const foldingVersion = '16.0.0'

/**
 * Unicode's CaseFolding.txt, statuses C and S, without ASCII, in base 36: how far a run of letters begins from the run
 * before, how far its letters are from what they fold to, and their number; negative for every second letter.
 */
const table =
  '51,lj b,w,n o,w,7 14,1,-o 1e,1,-3 7,1,-8 h,1,-n 1a,-3d 1,1,-3 6,-7g 2,5u 1,1,-2 4,5q 1,1 2,5p,2 2,1 3,27 1,5m 1,5n 1,1 2,5p 1,5r 2,5v 1,5t 1,1 4,5v 1,5x 2,5y 1,1,-3 6,62 1,1 2,62 3,1 2,62 1,1 2,61,2 2,1,-2 4,63 1,1 4,1 8,2 1,1 2,2 1,1 2,2 1,1,-9 j,1,-9 j,2 1,1,-2 4,-2p 1,-1k 1,1,-k 14,-3m 2,1,-9 o,8bv 1,1 2,-4j 1,8bs 3,1 2,-5f 1,1x 1,1z 1,1,-5 73,38 17,1,-2 6,1 9,38 7,12 2,11,3 4,1s 2,1r,2 3,w,h i,w,9 v,1 d,8 1,-u 1,-p 4,-f 1,-m 2,1,-c o,-1i 1,-1c 3,-1o 1,-1s 2,1 2,-7 1,1 3,-3m,3 3,28,g g,w,w 28,1,-h 16,1,-r 1i,f 1,1,-7 f,1,-1c 2p,1c,12 29b,5ls,12 13,5ls 6,5ls mj,-8,6 1oo,-4su 1,-4st 1,-4sk 1,-4si,2 2,-4sj 1,-4sc 1,-4ro 1,r7n 1,1 7,-2bk,17 19,-2bk,3 8z,1,-23 4b,-1m 3,-5vj 2,1,-1c 2w,-8,8 g,-8,6 g,-8,8 g,-8,8 g,-8,6 h,-8,-4 f,-8,8 w,-8,8 g,-8,8 g,-8,8 g,-8,2 2,-22,2 2,-9 2,-5j9 a,-2e,4 4,-9 7,-5kz 5,-8,2 2,-2s,2 9,-5kj 5,-8,2 2,-34,2 2,-7 c,-3k,2 2,-3i,2 2,-9 8a,-5st 4,-6gv 1,-6di 7,s 1a,g,g z,1 mr,q,q 1fu,1c,1c 2o,1 2,-8af 1,-2xy 1,-89z 3,1,-3 6,-8bg 1,-8al 1,-8bj 1,-8bi 2,1 3,1 9,-8cf,2 2,1,-1e 2z,1,-2 7,1 nym,1,-n 1s,1,-e 4i,1,-7 g,1,-v 1z,1,-2 4,-r9g 1,1,-5 d,1 2,-wmg 3,1,-2 6,1,-a k,-wn8 1,-wnj 1,-wnf 1,-wn5 1,-wn8 2,-wlu 1,-wmi 1,-wlx 1,ps 1,1,-8 g,-1c 1,-wn7 1,-raw 1,1,-2 4,-wo7 1,1 4,1 6,1,-3 6,-wu9 p,1 or,-tzk,28 fpx,1 t8,w,q yn,14,14 4w,14,10 5c,13,b c,13,f g,13,7 8,13,2 1d8,1s,1f 5s,w,m 28g,w,w gww,w,w o8w,y,y'

let foldedPoints: ReadonlyMap<number, number> | undefined

/** The letters beyond ASCII that are others when their case is folded; read once. */
export function foldedLetters(): ReadonlyMap<number, number> {
  if (foldedPoints) return foldedPoints
  const points = new Map<number, number>()
  let start = 0
  for (const run of table.split(' ')) {
    const [ahead = 0, shift = 0, count = 1] = run.split(',').map((number) => Number.parseInt(number, 36))
    start += ahead
    const step = count < 0 ? 2 : 1
    for (let at = 0; at < Math.abs(count); at++) points.set(start + at * step, start + at * step + shift)
  }
  foldedPoints = points
  return points
}

function isAscii(text: string): boolean {
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) > 127) return false
  return true
}

/**
 * A text without its case, by Unicode's simple case folding: the same in every locale, store and runtime, and of the
 * same length. Accents stay: `é` written as one letter and as two are two texts.
 */
export function foldText(text: string): string {
  if (isAscii(text)) return text.toLowerCase()
  const letters = foldedLetters()
  let folded = ''
  for (const letter of text) {
    const point = letter.codePointAt(0) ?? 0
    const other = letters.get(point)
    if (other !== undefined) folded += String.fromCodePoint(other)
    else folded += point >= 65 && point <= 90 ? String.fromCharCode(point + 32) : letter
  }
  return folded
}
