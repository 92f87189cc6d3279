import { enActivity } from './en-activity.js'
import { enCredentials } from './en-credentials.js'

/** The number of something in words. */
function count(number: number, one: string, other: string): string {
  return `${number.toLocaleString('en')} ${number === 1 ? one : other}`
}

const shell = {
  skip: 'Skip to the content',
  signedInAs: (actor: string) => `Signed in as ${actor}`,
  guest: 'Guest',
  help: 'Help',
  askService: (service: string) => `ask the administrators of ${service}`,
  zone: 'Times are in',
  language: 'Language',
  leave: 'End this visit',
  never: 'never',
  copy: 'Copy',
  copyOf: (label: string) => `Copy ${label}`,
  copied: (label: string) => `Copied: ${label}`,
  copiedShort: 'Copied',
  copyByHand: 'Selected. Press Ctrl+C or ⌘C to copy.',
  cancel: 'Cancel',
  back: 'Back',
  next: 'Next page',
  setUp: 'Set up',
  attributes: 'Attributes',
  activity: 'Activity',
  people: 'People and groups',
  credentials: 'Credentials',
  guests: 'Guests',
  disconnect: 'Disconnect',

  notSignedInTitle: 'You are not signed in',
  notSignedIn: (service: string) =>
    `Sign in to ${service} and open this page again. If you were sent a link, it has expired or was ended: ask for another.`,
  notFoundTitle: 'Not found',
  notFound: 'There is no such page, or it is not yours to see.',
  notAllowedTitle: 'Not allowed',
  notAllowed: 'Your access does not include this. Ask an administrator of the service.',
  methodNotAllowed: 'This page cannot be called in this way.',
  refusedTitle: 'This did not work',
  foreignForm:
    'The form could not be accepted: it was opened in another session, or cookies are blocked. Open the page again and send it once more.',
  foreignOrigin: (given: string, own: string) =>
    `The form was sent from ${given}, and this page is at ${own}. If both are this service, its administrators must tell it its own address (baseUrl or trustProxy).`,
  failedTitle: 'Something went wrong',
  failed: (id: string) => `The service could not answer. If you ask for help, give this number: ${id}`,

  connections: 'Connected identity providers',
  connectionsLead: 'An identity provider creates people here, keeps them up to date and deactivates them.',
  noConnections: 'None yet.',
  connect: 'Connect an identity provider',
  connectLead:
    'About ten minutes. You need: an administrator of the identity provider, and this page open beside it.',
  provider: 'Identity provider',
  otherProvider: 'Another one, by SCIM 2.0',
  yourProvider: 'your identity provider',
  connectionName: 'Name',
  connectionNameHint: 'Such as “Production”. You type it once more to disconnect.',
  connectNow: 'Continue',
  chooseProvider: 'Choose an identity provider.',
  nameMissing: 'Give the connection a name of up to 100 characters.',
  nameTaken: 'There is a connection of this name already.',
  errorSummary: 'Please correct this:',
  created: 'Created',
  lastSeen: 'Last request',
  noRequestYet: 'No request yet',
  live: 'Connected',
  waitingShort: 'Waiting',
  disconnected: 'Disconnected',

  setUpLead: (provider: string, service: string) =>
    `Connects ${provider} with ${service}. Do the steps in the order in which they stand here.`,
  stepToken: 'Get the credentials',
  stepProvider: (provider: string) => `In ${provider}`,
  stepWait: 'See the first request',
  stepTest: 'Test the service itself',
  baseUrl: 'Base URL',
  tokenLead: 'The token is what the identity provider sends with each request. It is shown once.',
  tokenHave: (count: number): string =>
    count === 1
      ? 'A token has been issued. It cannot be shown again; if it is lost, issue another and revoke the first.'
      : 'Two tokens have been issued, the most that can be valid at a time. To issue another, revoke one.',
  issueToken: 'Issue a token',
  issueAnother: 'Issue another token',
  tokenTitle: 'Your token',
  token: 'Token',
  tokenOnce: 'Copy it now. We keep only a fingerprint; if it is lost, issue another.',
  show: 'Show',
  showOf: (label: string) => `Show ${label}`,
  sentAgain:
    'This form was sent before. Nothing was issued again: the token was shown in the reply to the first.',

  requirements: 'What you need',
  optional: 'optional',
  youSee: 'You see:',
  secretAbove: 'the token from step 1',
  clientAbove: 'from the client of step 1',
  describedConsole: (console: string) => `Written for: ${console}`,

  waiting: (provider: string) =>
    `Waiting for the first request of ${provider}. You can leave this page; it will know.`,
  checkNow: 'Check now',
  verified: (provider: string) => `${provider} has verified the credentials`,
  lastRequestFailed: (status: number) => `The last request was answered with ${status}.`,
  lastRequest: 'last request',
  personCame: (person: string, provider: string) =>
    `${person} was created from ${provider}. Next: change a title there and see it arrive.`,
  somebody: 'Somebody',
  nextAssign: 'Next: assign a person there and see them arrive.',
  groupsStillOn: 'It asks for groups, which this service does not have. Untick the import of groups there.',
  wrongToken: (ending: string) =>
    `A request came with a token that is not valid here. It ends in …${ending}.`,
  wrongTokens: (number: number) =>
    `${count(number, 'request', 'requests')} with credentials that are not valid here`,
  lastWrongToken: 'the last',
  usualReasons: 'Nothing yet? The usual reasons',
  knownIssues: 'Known Issues and Troubleshooting',
  usualReasonList: [
    'The token was pasted with a blank or a line break, or with “Bearer” once too often or too little.',
    'The Base URL is that of the web page, or ends in /Users.',
    'The address is not reached from the internet: name, certificate or firewall.',
    'The settings were not saved, or the provisioning not switched on.',
  ],
  selfTestLead:
    'Reads only, and inside the service: what is between the identity provider and the service (names, certificates, firewalls) is not tested by it. The token is used once and not kept.',
  selfTestToken: 'Token to test (optional)',
  selfTestRun: 'Run the test',
  selfTestThis: 'Test this token in a new window',
  selfTestTitle: 'Test of the service',
  selfTestGood: 'Everything answers as it must.',
  selfTestBad: 'Something does not answer as it must.',
  selfTestAnonymous: 'A request without a credential is refused (401)',
  selfTestCredential: 'The token is accepted',
  selfTestDiscovery: 'Discovery: what the service can, its schemas and resource types',
  selfTestLookup: 'A look-up of a user that does not exist finds none',
  selfTestSkipped: 'not tested without a token',
  passed: 'passed',
  notPassed: 'failed',
  check: 'Check',
  result: 'Result',
  latency: 'Latency',
  milliseconds: (number: number) => `${number.toLocaleString('en')} ms`,
  answered: (status: number) => `answered with ${status}`,

  attributesLead: (provider: string, service: string) =>
    `What ${provider} sends, and what ${service} does with it.`,
  attribute: 'Attribute',
  atProvider: (provider: string) => `In ${provider}`,
  source: 'Source',
  meaning: 'What the service does with it',
  required: 'required',
  kept: 'kept',
  notKept: 'not kept: ignored',
  namespace: 'Namespace',

  peopleLead: (provider: string) => `Who came by ${provider}, and when it last changed them.`,
  users: 'People',
  groupsTitle: 'Groups',
  noUsers: 'Nobody yet. Assign somebody in the identity provider.',
  noGroups: 'No groups yet.',
  personName: 'Name',
  state: 'State',
  active: 'active',
  inactive: 'inactive',
  gone: 'no longer there',
  firstSeen: 'First seen',
  lastChange: 'Last change',
  count,
}

/**
 * The texts of the pages in English, from which other languages are made, and texts of the host's own: the option
 * `messages` of `createPortal` takes all of them, by language.
 *
 * @example
 * const messages = { en: { ...englishMessages, askService: () => 'ask the help desk' } }
 */
export const englishMessages = { ...shell, ...enCredentials, ...enActivity }

/** The texts of the portal's pages in a language. Functions receive what stands in the text. */
export type PortalMessages = typeof englishMessages
