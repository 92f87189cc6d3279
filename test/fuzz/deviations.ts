import { urns } from '../../src/index.js'
import { type FuzzRequest, get, send } from './request.js'

const door = 'urn:example:Door'
const patch = (path: string, ...Operations: object[]) =>
  send('PATCH', path, { schemas: [urns.patchOp], Operations })

/** What clients send that bends the protocol, and values at the ends of what it can say. */
export const deviations: readonly FuzzRequest[] = [
  // Envelopes.
  ...[undefined, [], null, 'urn:ietf:params:scim:api:messages:2.0:PatchOp', [urns.user]].map((schemas) =>
    send('PATCH', '/Users/{{user}}', { schemas, Operations: [{ op: 'replace', value: { active: false } }] }),
  ),
  send('POST', '/Users', { userName: 'bare' }),
  send('POST', '/Bulk', { Operations: [{ method: 'POST', path: '/Users', data: { userName: 'in bulk' } }] }),
  // Core attributes under their URN, also as a path.
  send('POST', '/Users', { schemas: [urns.user], [urns.user]: { userName: 'nested', active: false } }),
  patch('/Users/{{user}}', { op: 'replace', path: urns.user, value: { active: 'False' } }),
  patch('/Users/{{user}}', { op: 'Add', value: { [`${urns.user}:title`]: 'T', [urns.enterpriseUser]: {} } }),
  // Values that say what is removed.
  ...[
    { members: [{ value: '{{user}}' }] },
    { value: ['{{user}}'] },
    [{ id: '{{user}}' }],
    ['{{user}}'],
    '{"members":[{"value":"{{user}}"}]}',
    false,
    {},
    [null],
    '',
    null,
  ].map((value) => patch('/Groups/{{group}}', { op: 'remove', path: 'members', value })),
  patch('/Users/{{user}}', {
    op: 'remove',
    path: 'emails',
    value: [{ value: 'ada@example.com', primary: true }],
  }),
  patch(
    '/Users/{{user}}',
    { op: 'remove', path: 'userName' },
    { op: 'remove', path: 'emails[primary eq false]' },
  ),
  // A list of plain values, and two that are the same.
  patch(
    '/Doors/{{door}}',
    { op: 'add', path: 'tags', value: ['a', 'b', 'A', 'b'] },
    { op: 'replace', path: 'tags[value eq "b"]', value: 'c' },
    { op: 'remove', path: `${door}:tags[value sw "a" or value eq "c"]` },
  ),
  get('/Doors', { filter: 'tags eq "a" or tags.value sw "b" or tags[value co "c"]', sortBy: 'tags' }),
  send('PUT', '/Users/{{user}}', {
    schemas: [urns.user],
    userName: 'ada',
    emails: [
      { value: 'a@x', type: 'work' },
      { value: 'a@x', type: 'work', primary: true },
      { value: 'A@x', type: 'WORK' },
    ],
  }),
  // Letters that are one letter, and texts that are none.
  ...['ΟΔΟΣ', 'οδος', '\u212arl', '\u017f', 'İ', 'ﬀ', '\u{10400}', 'a\u0301'].flatMap((userName) => [
    send('POST', '/Users', { schemas: [urns.user], userName }),
    get('/Users', {
      filter: `userName eq "${userName}" or displayName sw "${userName}"`,
      sortBy: 'userName',
    }),
  ]),
  // Times that no calendar, no column or no clock of a database has.
  ...[
    '2020-02-30T00:00:00Z',
    '0000-01-01T00:00:00Z',
    '9999-12-31T24:00:00Z',
    '-0044-03-15T00:00:00Z',
    '12020-01-01T00:00:00Z',
    '2020-01-01T00:00:00+14:00',
    '2020-01-01T00:00:00+23:59',
    '2020-01-01T00:00:00.1234567891Z',
    '2020-06-30T23:59:60Z',
  ].flatMap((opened) => [
    send('PUT', '/Doors/{{door}}', { schemas: [door], label: 'Front', opened }),
    get('/Doors', { filter: `opened ge "${opened}"`, sortBy: 'opened' }),
  ]),
  // Lists.
  get('/Users', { sortBy: 'groups.display', sortOrder: 'desc' }),
  get('/Users', { filter: 'groups.$ref eq "https://app.example.com/scim/v2/Groups/{{group}}"' }),
  get('/Users', { startIndex: '123456789012345678901234567890', count: '-5' }),
  get('/Users', { startIndex: '', count: '', sortBy: '', sortOrder: '', attributes: '' }),
  get('/Groups', {
    filter: 'members[type eq "User" and $ref co "{{user}}"]',
    excludedAttributes: 'members.value',
  }),
  get('/', { filter: 'meta.lastModified gt "2020-01-01T00:00:00+14:00"', count: '2' }),
]
