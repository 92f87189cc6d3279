import type { DescribedAttribute, ServiceDescription } from '../create-scim/index.js'
import type { GuideOptions } from './types.js'

/** What changes the text of a guide. */
export interface GuideFacts {
  readonly description: ServiceDescription
  readonly options: GuideOptions
  /** What customers call the service; undefined where nothing says. */
  readonly name: string | undefined
  /** As it is written: the customer's own, or a placeholder. */
  readonly baseUrl: string
  readonly isBaseUrlKnown: boolean
  readonly hasGroups: boolean
  readonly canDeactivate: boolean
  readonly deletion: 'removes' | 'hides' | 'revives' | 'shows' | undefined
  /** How clients authenticate. */
  readonly authentication: 'token' | 'oauth'
  readonly acceptsBareToken: boolean
  readonly storesPasswords: boolean
  readonly isTokenFromPage: boolean
  /** The attribute that people are matched by. */
  readonly matching: string
  /** The attributes of users by their paths, in lower case. */
  readonly attributes: ReadonlyMap<string, DescribedAttribute>
  /** Attributes that a user must have. */
  readonly required: readonly DescribedAttribute[]
}

/** What stands for a Base URL that is not known. */
const unknownBaseUrl = {
  en: 'https://<the Base URL of your account>',
  de: 'https://<die Base URL Ihres Kontos>',
} as const

/** The default name of a service: the host of its Base URL. Undefined for a loopback or numeric address. */
export function serviceNameIn(baseUrl: string | undefined): string | undefined {
  if (baseUrl === undefined || !URL.canParse(baseUrl)) return undefined
  const { hostname } = new URL(baseUrl)
  const isName = /[a-z]/.test(hostname) && hostname !== 'localhost' && !hostname.startsWith('[')
  return isName ? hostname : undefined
}

export function factsOf(description: ServiceDescription, options: GuideOptions): GuideFacts {
  const [users] = description.resourceTypes
  const knownUrl = options.baseUrl ?? description.baseUrl
  const attributes = users?.attributes ?? []
  const unique = attributes.filter((one) => one.unique && one.kept && one.filterable !== false)
  return {
    description,
    options,
    name: options.name ?? serviceNameIn(knownUrl),
    baseUrl: knownUrl ?? unknownBaseUrl[options.locale ?? 'en'],
    isBaseUrlKnown: knownUrl !== undefined,
    hasGroups: description.hasGroups,
    canDeactivate: users?.canDeactivate ?? false,
    deletion: users?.deletion,
    authentication: options.oauth ? 'oauth' : 'token',
    acceptsBareToken: description.acceptsBareToken,
    storesPasswords: description.storesPasswords,
    isTokenFromPage: options.tokenFrom === 'page',
    matching: unique.some(({ path }) => path === 'userName') ? 'userName' : (unique[0]?.path ?? 'userName'),
    attributes: new Map(attributes.map((one) => [one.path.toLowerCase(), one])),
    required: attributes.filter((one) => one.required && one.mutability !== 'readOnly'),
  }
}

/** Whether the service stores an attribute, by its path or that of one element, such as `emails[type eq "work"].value`. */
export function isKept({ attributes }: GuideFacts, path: string): boolean {
  const found = attributes.get(withoutFilters(path).toLowerCase())
  if (!found?.kept) return false
  const element = elementOf(path)
  const { places } = found
  if (element === undefined || places === undefined) return true
  return places.some((place) => !place.includes('[') || place.toLowerCase() === element.toLowerCase())
}

/** A path without the filters in it. */
export function withoutFilters(path: string): string {
  return path.replace(/\[[^[\]]*\]/g, '')
}

function elementOf(path: string): string | undefined {
  const end = path.indexOf(']')
  return end === -1 ? undefined : path.slice(0, end + 1)
}
