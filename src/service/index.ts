export type { Scim } from './create.js'
export { createScim } from './create.js'
export type { GroupWith, ScimOptions, ServedType, ServiceExtensions, UserWith } from './options.js'
