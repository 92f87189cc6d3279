/** A JSON value in a schema: a default, a constant or an example. */
export type SchemaValue = string | number | boolean | readonly string[]

/** JSON Schema, as far as the document uses it (OpenAPI 3.1 has the dialect 2020-12). */
export interface JsonSchema {
  readonly $ref?: string
  readonly title?: string | undefined
  readonly description?: string
  readonly type?: 'string' | 'boolean' | 'integer' | 'number' | 'object' | 'array'
  readonly format?: 'date-time' | 'uri-reference'
  readonly contentEncoding?: 'base64'
  readonly readOnly?: true
  readonly writeOnly?: true
  readonly const?: SchemaValue
  readonly enum?: readonly string[]
  readonly default?: SchemaValue
  readonly examples?: readonly SchemaValue[]
  readonly minimum?: number
  readonly maxLength?: number
  readonly minItems?: number
  readonly maxItems?: number
  readonly items?: JsonSchema
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly required?: readonly string[]
  readonly anyOf?: readonly JsonSchema[]
}

/** A place elsewhere in the document. */
export interface OpenApiReference {
  readonly $ref: string
}

/** A parameter of a request. */
export interface OpenApiParameter {
  readonly name: string
  readonly in: 'path' | 'query' | 'header'
  readonly description: string
  readonly required?: true
  readonly style?: 'form'
  readonly explode?: false
  readonly schema: JsonSchema
}

/** A header of a reply. */
export interface OpenApiHeader {
  readonly description: string
  readonly schema: JsonSchema
}

/** Bodies by their media types. */
export type OpenApiContent = Readonly<Record<string, { readonly schema: JsonSchema }>>

/** The body of a request. */
export interface OpenApiRequestBody {
  readonly required: true
  readonly content: OpenApiContent
}

/** A reply. */
export interface OpenApiResponse {
  readonly description: string
  readonly headers?: Readonly<Record<string, OpenApiReference>>
  readonly content?: OpenApiContent
}

/** What a client can do with a path. */
export interface OpenApiOperation {
  readonly operationId: string
  readonly summary: string
  readonly tags: readonly string[]
  readonly parameters?: readonly OpenApiReference[]
  readonly requestBody?: OpenApiRequestBody
  readonly responses: Readonly<Record<string, OpenApiResponse | OpenApiReference>>
  /** Empty where no credential is needed; undefined: the document's. */
  readonly security?: readonly []
}

export type OpenApiMethod = 'get' | 'post' | 'put' | 'patch' | 'delete'

/** The operations of a path, by their methods. A path that has `get` answers HEAD too. */
export type OpenApiPathItem = { readonly [Method in OpenApiMethod]?: OpenApiOperation }

/** How clients authenticate. */
export interface OpenApiSecurityScheme {
  readonly type: 'http'
  /** A scheme of the `Authorization` header, such as `bearer`. */
  readonly scheme: 'bearer' | 'basic' | 'digest' | 'oauth'
  readonly description: string
}

/** An OpenAPI 3.1 document, as plain values that `JSON.stringify` can write. */
export interface OpenApiDocument {
  readonly openapi: '3.1.0'
  readonly info: { readonly title: string; readonly version: string; readonly description: string }
  readonly servers?: readonly { readonly url: string }[]
  readonly externalDocs?: { readonly url: string }
  /** Any one of these is enough. */
  readonly security: readonly Readonly<Record<string, readonly []>>[]
  readonly tags: readonly { readonly name: string; readonly description?: string }[]
  readonly paths: Readonly<Record<string, OpenApiPathItem>>
  readonly components: {
    readonly schemas: Readonly<Record<string, JsonSchema>>
    readonly parameters: Readonly<Record<string, OpenApiParameter>>
    readonly headers: Readonly<Record<string, OpenApiHeader>>
    readonly responses: Readonly<Record<string, OpenApiResponse>>
    readonly securitySchemes: Readonly<Record<string, OpenApiSecurityScheme>>
  }
}

/** What a document is told besides what the service knows of itself. */
export interface OpenApiOptions {
  /** Where clients reach the mount. Default: the service's `baseUrl`; without one the document names no server. */
  readonly baseUrl?: string | undefined
  /** Default `SCIM`. */
  readonly title?: string | undefined
  /** The version of the API that is described. Default `2.0`, SCIM's own. */
  readonly version?: string | undefined
}
