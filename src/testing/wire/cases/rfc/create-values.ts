import { casesOf } from '../../case.js'
import { expectSame, expectStatus, expectToHave, objectIn, resourceIn, resourcesIn } from '../../expect.js'
import { filterBy, textAttribute } from '../attributes.js'

/** What is kept of the values that a POST has (RFC 7643 2 and 4). */
export const createdValues = casesOf('rfc', [
  {
    id: 'create-names',
    name: 'names of attributes are read in any letter case and written in their own',
    source: 'RFC 7643 2.1',
    async run(wire) {
      const { userName, ...rest } = wire.draftUser()
      const reply = await wire.send('POST', '/Users', { body: { ...rest, USERNAME: userName } })
      resourceIn(reply, [201, 200], { userName, USERNAME: undefined })
    },
  },
  {
    id: 'create-unassigned',
    name: 'null and an empty list are the same as no value',
    source: 'RFC 7643 2.5',
    attributes: ['phoneNumbers'],
    async run(wire) {
      const name = textAttribute(wire)
      const { id } = await wire.createUser({ [name]: null, phoneNumbers: [] })
      const reply = await wire.get(`/Users/${id}`)
      expectToHave(objectIn(reply), { [name]: undefined, phoneNumbers: undefined }, 'the user', reply)
    },
  },
  {
    id: 'create-unicode',
    name: 'texts of any script are kept',
    source: 'RFC 7643 2.3.1, RFC 8259 8.1',
    async run(wire) {
      const name = textAttribute(wire)
      const text = `Zoë 名前 🦜 "quoted" \\ ${wire.mark('unicode')}`
      const { id } = await wire.createUser({ [name]: text })
      const reply = await wire.get(`/Users/${id}`)
      expectToHave(objectIn(reply), { [name]: text }, 'the user', reply)
    },
  },
  {
    id: 'create-inactive',
    name: 'a user who is created inactive is there, inactive, and found',
    source: 'RFC 7643 4.1.1',
    needs: ['filter'],
    attributes: ['active'],
    async run(wire) {
      const { id, userName } = await wire.createUser({ active: false })
      const reply = await wire.get(`/Users/${id}`)
      expectToHave(objectIn(reply), { active: false }, 'the user', reply)
      const list = await wire.get('/Users', filterBy('userName', userName))
      expectToHave(resourcesIn(list), [{ id, active: false }], 'the list', list)
    },
  },
  {
    id: 'create-boolean',
    name: 'active is a JSON boolean',
    source: 'RFC 7643 2.3.2 and 4.1.1',
    attributes: ['active'],
    async run(wire) {
      const { id } = await wire.createUser({ active: true })
      const reply = await wire.get(`/Users/${id}`)
      expectSame(objectIn(reply).active, true, 'active', reply)
    },
  },
  {
    id: 'create-unknown',
    name: 'an attribute that no schema has is ignored or refused, and never breaks the server',
    source: 'RFC 7643 3.1',
    contradiction: 'unknown-attributes',
    async run(wire) {
      const reply = await wire.send('POST', '/Users', { body: wire.draftUser({ scimkitVerifyUnknown: 'x' }) })
      expectStatus(reply, 201, 200, 400)
      wire.observe('unknown-attributes', reply.status === 400 ? 'refused' : 'ignored')
    },
  },
])
