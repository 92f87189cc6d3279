export type { OpenApiDocument, OpenApiOptions } from './document.js'
export { openapi } from './openapi.js'
