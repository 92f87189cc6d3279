/** Something that the person at the command line can put right; its message is all that they need. */
export class UsageError extends Error {}
