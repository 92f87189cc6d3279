/** What the log says in English. */
export const en = {
  resource: (type: string | undefined) => (type === undefined ? 'resource' : type),
  created: (type: string) => `A ${type} was created.`,
  createdInactive: (type: string) => `A ${type} was created, switched off.`,
  linked: (type: string) => `A ${type} that was here already was linked.`,
  changed: (type: string, paths: string) => `The ${type} was changed: ${paths}.`,
  changedMembers: (added: number, removed: number) => `Members: ${added} added, ${removed} removed.`,
  unchanged: (type: string) => `Nothing changed: the ${type} was already as the request asks.`,
  deactivated: (type: string) => `The ${type} was deactivated.`,
  reactivated: (type: string) => `The ${type} was reactivated.`,
  deleted: (type: string) => `The ${type} was deleted.`,
  found: (type: string) => `The ${type} was read.`,
  foundNothing: (filter: string) => `A look-up (${filter}) found nothing.`,
  foundSome: (filter: string, count: number) => `A look-up (${filter}) found ${count}.`,
  listed: (type: string, count: number) => `A list was read: ${count} of the type ${type}.`,
  described: () => 'What the service can do was read.',
  done: (operation: string) => `The request (${operation}) was carried out.`,
  unauthorized: () => 'Refused: the credential is not valid here.',
  refused: (status: number, detail: string) => `Refused with ${status}: ${detail}`,
  failed: (status: number, detail: string) => `Failed with ${status}: ${detail}`,
  refusedWithoutDetail: (status: number) => `Refused with ${status}.`,
  failedWithoutDetail: (status: number) => `Failed with ${status}.`,
  aborted: () => 'The client had gone before the reply was sent.',
  brokeOff: () => 'The reply broke off.',
  rule: (path: string | undefined, message: string) =>
    path === undefined ? `${message}.` : `${path}: ${message}.`,
  ignoredState: () => 'The request asked to deactivate, and that was ignored.',
  noted: (action: string, actor: string | undefined) =>
    actor === undefined ? `Done: ${action}.` : `Done by ${actor}: ${action}.`,
  unrecorded: (count: number) => `${count} requests were not recorded here: more came than could be written.`,

  neverSent: (days: number) =>
    `No request about this person was recorded in the last ${days} days: the identity provider has not sent them.`,
  neverSentAdvice: () =>
    'Usual reasons: they are not assigned to the app; they were assigned before provisioning was switched on; creating users is not enabled; the identity provider knows them by another user name or address.',
  onlyLookedUp: () =>
    'The identity provider looked this person up, was told that they are not here, and did not create them.',
  onlyLookedUpAdvice: () => 'Enable creating users in the provisioning settings of the identity provider.',
  lookedUp: () => 'This person was here before the first request that is recorded.',
  notCreated: () =>
    'The identity provider tried to create this person, and the last attempt did not succeed.',
  createdAt: () => 'This person was created.',
  linkedAt: () => 'This person was here already and was linked.',
  reactivatedAt: () => 'This person was reactivated.',
  changedAt: () => 'The last change arrived.',
  noDeactivation: () => 'No request to deactivate this person has come since.',
  noDeactivationAdvice: () =>
    'Usual reasons: deactivating users is not enabled; they were only suspended; another assignment, such as a group, keeps them in the app; the next cycle is still to come.',
  deactivationFailed: () =>
    'The identity provider asked to deactivate this person, and that did not succeed.',
  deactivationIgnored: () =>
    'The identity provider asked to deactivate this person, and the service ignored it: it keeps no such state.',
  inactive: () => 'This person is not active: they were deactivated.',
  createdOff: () => 'This person is not active: they were created switched off.',
  reactivationFailed: () => 'A request to reactivate them did not succeed.',
  deletedAt: () => 'This person is not here: they were deleted.',
  gone: () => 'This person is not here: the identity provider was told that the resource does not exist.',
  told: (status: number, detail: string) => `It was told: ${status} ${detail}`,
  failedAdvice: () =>
    'Identity providers try again after such an error; the log of the service says what went wrong.',
  gaps: (count: number) => `${count} requests of that time were not recorded, so some may be missing here.`,
  lastRequests: () => 'The last requests:',
}

/** What the log says, with its parts filled in. */
export type LogTexts = typeof en
