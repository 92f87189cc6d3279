function expiresIn(days: number): string {
  return days <= 0 ? 'expires today' : days === 1 ? 'expires tomorrow' : `expires in ${days} days`
}

/** Texts about credentials, guests and the end of a connection, in English. */
export const enCredentials = {
  credentialsLead:
    'Two tokens can be valid at a time, so that a new one can be entered at the identity provider before the old one ends.',
  noCredentials: 'None has been issued.',
  tokens: 'Tokens',
  clients: 'OAuth clients',
  endsIn: (ending: string) => `ends in …${ending}`,
  issuedBy: 'Issued',
  by: (actor: string) => `by ${actor}`,
  lastUsed: 'Last used',
  notUsedYet: 'not used yet',
  expires: 'Expires',
  expired: 'expired',
  revoked: 'revoked',
  valid: 'valid',
  expiresSoon: expiresIn,
  expiryWarning: (ending: string, days: number) =>
    `The token that ends in …${ending} ${expiresIn(days)}. Rotate it, and enter the new one at the identity provider.`,
  clientExpiryWarning: (ending: string, days: number) =>
    `The client secret that ends in …${ending} ${expiresIn(days)}. Add a client, enter it at the identity provider, and revoke this one.`,
  allExpired: 'No credential is valid: every request is refused.',
  rotate: 'Rotate',
  rotateOf: (ending: string) => `Rotate the token that ends in …${ending}`,
  rotateLead: 'A new token is issued. The old one stays valid for a while, so that no request fails.',
  overlap: 'The old token ends',
  overlapHours: (hours: number) =>
    hours < 24
      ? `in ${hours} ${hours === 1 ? 'hour' : 'hours'}`
      : hours === 24
        ? 'in a day'
        : `in ${hours / 24} days`,
  atOnce: 'at once',
  rotateNow: 'Rotate',
  revoke: 'Revoke',
  revokeOf: (ending: string) => `Revoke the credential that ends in …${ending}`,
  revokeLead:
    'Requests with it are refused from then on, in every process within seconds. This cannot be undone.',
  revokeNow: 'Revoke now',
  revokedNow: 'The credential is revoked.',
  tooManyTokens: 'Two tokens are valid already, the most at a time. Revoke one first.',
  alreadyDisconnected: 'This connection was disconnected: no credential can be issued for it.',
  lifetime: 'Valid for',
  days: (days: number) => (days === 365 ? 'a year' : days === 730 ? 'two years' : `${days} days`),
  clientsLead:
    'A client fetches short-lived tokens by OAuth 2.0 client credentials, where the identity provider can.',
  addClient: 'Add a client',
  clientId: 'Client ID',
  clientSecret: 'Client secret',
  tokenUrl: 'Token endpoint',
  clientHave: (count: number) => (count === 1 ? 'One client is valid.' : `${count} clients are valid.`),
  addFederated: 'Add a client without a secret',
  federationLead:
    'The identity provider proves who it is by assertions of an issuer: no secret is exchanged, and none expires. It shows the values to be entered here.',
  federatedAdded: 'The client is added. Enter these values at the identity provider; none of them is secret.',
  issuer: 'Issuer',
  directoryId: 'Tenant ID (in place of {tenantid})',
  subject: 'Subject',
  audience: 'Audience',
  chooseIssuer: 'Choose one of the issuers.',
  directoryWrong:
    'Enter the tenant ID as 32 digits and letters with hyphens, as the identity provider shows it.',
  federationWrong:
    'Enter subject and audience as the identity provider shows them, 500 characters each at most.',

  guestsLead:
    'A link lets somebody without an account here set up or look at this one connection, for three days at most. A guest cannot revoke, disconnect, export or invite.',
  invite: 'Make a link',
  guestMay: 'The guest may',
  guestView: 'look',
  guestSetUp: 'set up: issue and rotate credentials',
  linkHours: 'Valid for',
  linkTitle: 'Your link',
  linkOnce: 'Copy it now: it is shown once. It opens in one browser only, the first that uses it.',
  link: 'Link',
  links: 'Links',
  noLinks: 'No links.',
  hours: (hours: number) => (hours === 1 ? 'an hour' : hours < 48 ? `${hours} hours` : `${hours / 24} days`),
  revokeLink: (created: string) => `Revoke the link of ${created} UTC`,
  linkUnused: 'not opened yet',
  linkUsed: 'opened',
  linkRevoked: 'The link is revoked.',
  enterTitle: 'You are invited',
  enterLead: (service: string) => `to connect an identity provider with ${service}.`,
  enterHint: 'The link opens in one browser only. Continue in the one that you will work in.',
  enter: 'Open the page',
  enterSignedIn: (service: string) =>
    `You are signed in to ${service}, so this link is not for this browser. It has not been used: whoever it is for opens it while signed out, or in a private window.`,
  linkBad:
    'This link cannot be used: it has expired, was used in another browser, or was revoked. Ask for another.',
  left: 'Your visit has ended.',

  disconnectLead:
    'Its credentials are revoked, and it can change nothing here any more. This cannot be undone.',
  typeName: (name: string) => `Type ${name} to confirm`,
  nameDiffers: 'That is not the name of the connection.',
  whatOfUsers: 'The people who came by it',
  keepUsers: 'keep them as they are',
  deactivateUsers: (people: string) => `deactivate them: ${people}`,
  person: 'person',
  persons: 'people',
  sharedKept: 'Those who came by another connection too are kept: it decides about them.',
  typeCount: (count: number) => `To deactivate, also type their number: ${count}`,
  countDiffers: (count: number) => `The number is ${count}. Type it to deactivate them, or keep them.`,
  disconnectNow: 'Disconnect',
  disconnectedTitle: 'Disconnected',
  disconnectedLead: 'Its credentials are revoked.',
  deactivating: 'Deactivating',
  deactivated: (done: number, total: number) => `${done} of ${total} done`,
  deactivatedAll: (done: number) =>
    done === 1 ? 'One person was deactivated.' : `${done} people were deactivated.`,
  deactivateFailed: (failed: number) =>
    failed === 1
      ? 'One could not be deactivated: see Activity.'
      : `${failed} could not be deactivated: see Activity.`,
  deactivateKept: (kept: number) =>
    kept === 1
      ? 'One was kept, who has another connection too.'
      : `${kept} were kept, who have another connection too.`,
  goOn: 'Go on',
  stop: 'Stop here',
}
