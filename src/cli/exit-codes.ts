/** What commands exit with. */
export const exitCodes = {
  /** What was asked is done, and where the command answers a question, the answer is yes. */
  done: 0,
  /** The command has run, and the answer is no. */
  no: 1,
  /** The command could not be run. */
  notRun: 2,
} as const

/** What a command that throws exits with: only `serve`, which answers no question, has no code for a no of its own. */
export function codeOfFailure(command: string): number {
  return command === 'serve' ? exitCodes.no : exitCodes.notRun
}

/** The rule, as the help says it. */
export const exitHelp = `Exit codes, of every command:
  0  it has done what was asked
  1  it has run, and the answer is no: check found errors, a required case of verify
     failed, the store refused what token or migrate wanted; or serve cannot serve,
     whatever the reason
  2  it could not be run: wrong arguments, or something that it needs is not there
`
