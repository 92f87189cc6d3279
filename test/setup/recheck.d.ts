/** The checker in JavaScript alone, which has no declarations: the package's main file starts another process. */
declare module 'recheck/lib/browser.js' {
  export function checkSync(
    source: string,
    flags: string,
    parameters?: { readonly timeout?: number },
  ): {
    readonly status: 'safe' | 'vulnerable' | 'unknown'
    readonly complexity?: { readonly type: string; readonly summary: string }
  }
}
