import type { RuleName } from './profile.js'

/** Who looks at a service before its customers do. */
export type Reviewer = 'okta' | 'entra'

/** What of a configuration a reviewer's demand depends on. */
export type ReviewCheck =
  | 'nothing'
  | 'lookups'
  | 'inactiveUsers'
  | 'allUsers'
  | 'externalId'
  | 'listedExternalId'
  | 'rule'
  | 'pathless'
  | 'passwords'
  | 'uniqueGroupNames'
  | 'twinGroups'
  | 'unknownMembers'
  | 'unknownReferences'
  | 'patchReply'
  | 'accessTokens'
  | 'rate'

/** One thing that a reviewer asks for, with the option that decides about it where there is one. */
export interface ReviewDemand {
  readonly reviewer: Reviewer
  /** The part of the review. */
  readonly section: string
  /** In a few words. */
  readonly asks: string
  readonly check: ReviewCheck
  /** The rule that the profile must have. */
  readonly rule?: RuleName
  /** Where nothing decides about it: why it holds. */
  readonly reason?: string
}

const pagination = '`discovery.pagination`, true or false'

/**
 * What Okta's tests and integration network ask for (developer.okta.com, SPEC and CRUD test, OIN test plan), and what
 * Microsoft's validators and gallery do (learn.microsoft.com; scimvalidator.microsoft.com; github.com/AzureAD/SCIMReferenceCode).
 */
export const reviewDemands: readonly ReviewDemand[] = [
  {
    reviewer: 'okta',
    section: 'SPEC test',
    asks: 'look-ups by userName and displayName',
    check: 'lookups',
  },
  {
    reviewer: 'okta',
    section: 'SPEC test',
    asks: 'a second user of the same name is 409',
    check: 'nothing',
    reason: 'with scimType uniqueness',
  },
  {
    reviewer: 'okta',
    section: 'CRUD test',
    asks: 'a deactivated user is read and found',
    check: 'inactiveUsers',
  },
  { reviewer: 'okta', section: 'OIN', asks: 'a token without Bearer', check: 'rule', rule: 'rawToken' },
  { reviewer: 'okta', section: 'OIN', asks: 'deactivation by a PATCH without a path', check: 'pathless' },
  {
    reviewer: 'okta',
    section: 'OIN',
    asks: 'a password in a POST, where passwords are pushed',
    check: 'passwords',
  },
  {
    reviewer: 'okta',
    section: 'OIN',
    asks: "`groupNames: 'any'` for directories with two groups of one name",
    check: 'twinGroups',
  },
  {
    reviewer: 'okta',
    section: 'OIN',
    asks: "`unknownMembers: 'ignore'`: members who are not assigned",
    check: 'unknownMembers',
  },
  { reviewer: 'okta', section: 'OIN', asks: '`patchReply`, 200 or 204', check: 'patchReply' },
  {
    reviewer: 'okta',
    section: 'OIN',
    asks: '`unknownReferences`, any',
    check: 'nothing',
    reason: 'no test asks for it',
  },
  { reviewer: 'okta', section: 'OIN', asks: pagination, check: 'nothing', reason: 'no test reads it' },
  {
    reviewer: 'entra',
    section: 'Hosted validator',
    asks: 'look-ups by userName and displayName',
    check: 'lookups',
  },
  {
    reviewer: 'entra',
    section: 'Hosted validator',
    asks: "`groupNames: 'unique'`: a second group of the same name is 409",
    check: 'uniqueGroupNames',
  },
  {
    reviewer: 'entra',
    section: 'Hosted validator',
    asks: "`unknownReferences: 'ignore'`: a manager who does not exist",
    check: 'unknownReferences',
  },
  { reviewer: 'entra', section: 'Hosted validator', asks: 'PATCH without a path', check: 'pathless' },
  {
    reviewer: 'entra',
    section: 'Hosted validator',
    asks: 'operations in capital letters, "Add"',
    check: 'rule',
    rule: 'operationCase',
  },
  { reviewer: 'entra', section: 'Hosted validator', asks: '`patchReply`, 200 or 204', check: 'patchReply' },
  { reviewer: 'entra', section: 'Matching', asks: 'externalId', check: 'externalId' },
  {
    reviewer: 'entra',
    section: 'Workflow test',
    asks: '`discovery.externalId`: /Schemas lists externalId',
    check: 'listedExternalId',
  },
  {
    reviewer: 'entra',
    section: 'Account discovery',
    asks: 'lists include the accounts that the host created itself',
    check: 'allUsers',
  },
  {
    reviewer: 'entra',
    section: 'Gallery',
    asks: 'schema discovery',
    check: 'nothing',
    reason: '/Schemas is what the stores keep',
  },
  {
    reviewer: 'entra',
    section: 'Gallery',
    asks: 'client credentials of OAuth, or workload identity federation',
    check: 'accessTokens',
  },
  { reviewer: 'entra', section: 'Gallery', asks: '25 requests a second per tenant', check: 'rate' },
  { reviewer: 'entra', section: 'Gallery', asks: pagination, check: 'nothing', reason: 'no test reads it' },
]
