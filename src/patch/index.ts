export type { PatchOptions } from './apply.js'
export { applyPatch } from './apply.js'
export { readPatchRequest } from './request.js'
