import { describe, expect, test } from 'vitest'
import { urns } from '../../src/index.js'
import { serve } from '../http/service.js'
import { openKinds } from './groups/kinds.js'

// A callback once tidied the e-mails of what it was given, and with them those of the stored user.

const kinds = openKinds()

/** Changes everything in a value that can be changed. */
function deface(value: unknown): void {
  if (typeof value !== 'object' || value === null) return
  for (const part of Object.values(value)) deface(part)
  if (Array.isArray(value)) value.push('defaced')
  else Object.assign(value, { value: 'defaced', display: 'defaced', defaced: true })
}

const user = {
  schemas: [urns.user],
  userName: 'ada',
  name: { givenName: 'Ada', familyName: 'Lovelace' },
  emails: [{ value: 'ada@example.com', type: 'work', primary: true }],
  [urns.enterpriseUser]: { department: 'Engines' },
}

describe.each(kinds)('what a callback does to its event, with $kind', ({ makeStores }) => {
  test('is seen neither by the client nor by the store nor by another callback', async () => {
    const heard: string[] = []
    const callback = (event: object) => {
      heard.push(JSON.stringify(event))
      deface(event)
    }
    const scim = serve({
      ...makeStores(),
      on: {
        'user.created': callback,
        'user.updated': callback,
        'user.deactivated': callback,
        'user.deleted': callback,
        'group.created': callback,
        'group.updated': callback,
      },
    })
    const created = await scim.createUser(user)
    const path = `/Users/${created.id}`
    const replies = [
      created,
      (await scim.get(path)).body,
      (await scim.put(path, { ...user, title: 'Countess' })).body,
      (await scim.patch(path, [{ op: 'replace', path: 'nickName', value: 'A' }])).body,
      (
        await scim.patch(path, [
          { op: 'replace', path: 'active', value: false },
          { op: 'replace', path: 'emails[type eq "work"].primary', value: false },
        ])
      ).body,
      (await scim.get(path)).body,
    ]
    const members = [{ value: created.id }]
    const group = await scim.createGroup({ displayName: 'Team', members })
    await scim.patch(`/Groups/${group.id}`, [{ op: 'replace', path: 'displayName', value: 'Unit' }])
    await scim.patch(`/Groups/${group.id}`, [{ op: 'remove', path: 'members', value: members }])
    const stored = [await scim.storedUser(created.id), await scim.storedGroup(group.id)]
    await scim.delete(path)
    expect(JSON.stringify([replies, group, stored, heard])).not.toContain('defaced')
    expect(heard.map((event) => JSON.parse(event).name)).toEqual([
      'user.created',
      'user.updated',
      'user.updated',
      'user.updated',
      'user.deactivated',
      'group.created',
      'group.updated',
      'group.updated',
      'user.deleted',
    ])
    expect(scim.errors).toEqual([])
  })

  test('of onConflict changes neither who is there nor what was sent', async () => {
    const scim = serve({
      ...makeStores(),
      onConflict: (conflict) => {
        deface(conflict.existing)
        deface(conflict.incoming)
        return 'link'
      },
    })
    const { id } = await scim.createUser({ ...user, title: 'Countess' })
    const reply = await scim.post('/Users', { ...user, nickName: 'A' })
    expect([reply.status, reply.body.id]).toEqual([201, id])
    const { schemas: _schemas, ...attributes } = user
    expect(reply.body).toMatchObject({ ...attributes, title: 'Countess', nickName: 'A' })
    expect(JSON.stringify([reply.body, await scim.storedUser(id)])).not.toContain('defaced')
  })
})
