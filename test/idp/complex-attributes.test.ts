import { describe, expect, it } from 'vitest'
import { entra, interop, lenient, okta, strict } from '../../src/index.js'
import { serve } from '../http/service.js'

// What `add` and `replace` of a complex attribute leave of it: by the RFC the sub-attributes that are not given (RFC
// 7644 sections 3.5.2.1 and 3.5.2.3), by the interoperability profile nothing of what is replaced (section 6.5.2).

const name = { givenName: 'Ann', familyName: 'Lee' }
const given = { givenName: 'Anna' }
const merged = { ...name, ...given }

const profiles = { lenient, okta, entra, strict, interop }

describe.each(Object.entries(profiles))('under %s', (profileName, profile) => {
  async function nameAfter(op: 'add' | 'replace', value: object, path?: string) {
    const service = serve({ profile: profile() })
    const { id } = await service.createUser({ name })
    const operation = path === undefined ? { op, value } : { op, path, value }
    expect((await service.patch(`/Users/${id}`, [operation])).status).toBeLessThan(300)
    return (await service.get(`/Users/${id}`)).body.name
  }

  it('an add leaves what is not given', async () => {
    expect(await nameAfter('add', given, 'name')).toEqual(merged)
    if (profileName !== 'interop') expect(await nameAfter('add', { name: given })).toEqual(merged)
  })

  it('a replace leaves it too, unless all of it is replaced', async () => {
    expect(await nameAfter('replace', given, 'name')).toEqual(profileName === 'interop' ? given : merged)
    if (profileName !== 'interop') expect(await nameAfter('replace', { name: given })).toEqual(merged)
  })
})
