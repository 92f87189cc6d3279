export { applyPatch } from './apply.js'
export { readPatchRequest } from './request.js'
