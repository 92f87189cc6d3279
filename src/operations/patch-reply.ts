/** What a PATCH is answered with: the resource as it is now, or no body. */
export type PatchReply = 'resource' | 'none'
