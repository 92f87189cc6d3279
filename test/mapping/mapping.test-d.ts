import { column, computed, json, mapUser, reference } from '../../src/mapping/index.js'
import { attribute, defineExtension, enterpriseUserExtension } from '../../src/schema/index.js'

// What a mapping may say, by both sides: what is misspelt does not compile.

interface Row {
  readonly login: string
  readonly first: string | null
  readonly number: number
  readonly status: 'on' | 'off'
  readonly boss: string | null
  readonly data: unknown
}
const map = mapUser<Row>()
const { urn } = enterpriseUserExtension
const Employee = defineExtension('urn:example:params:scim:schemas:extension:employee:2.0:User', {
  badge: attribute.integer(),
})

map({
  userName: 'login',
  displayName: computed(['first', 'login'], (row) => row.first ?? row.login),
  'name.givenName': 'first',
  active: column('status', { read: (status) => status === 'on', write: (active) => (active ? 'on' : 'off') }),
  'emails[type eq "work"].value': column('login', { primary: true }),
  phoneNumbers: json('data'),
  [urn]: { manager: reference('boss', { displayName: 'login' }), department: 'first' },
  overflow: 'data',
})
map({ userName: 'login', [Employee.urn]: { badge: 'number' } }, { extensions: [Employee] })

// @ts-expect-error there is no such column
map({ userName: 'logn' })
// @ts-expect-error the column holds numbers
map({ userName: 'number' })
// @ts-expect-error there is no such attribute
map({ userNam: 'login' })
// @ts-expect-error there is no such sub-attribute
map({ userName: 'login', 'name.given': 'first' })
// @ts-expect-error there is no such sub-attribute of an element
map({ userName: 'login', 'emails[type eq "work"].valu': 'first' })
// @ts-expect-error what is read is no boolean
map({ userName: 'login', active: column('status', { read: (status: 'on' | 'off') => status }) })
// @ts-expect-error there is no such column to refer with
map({ userName: 'login', [urn]: { manager: reference('bos') } })
// @ts-expect-error the extension has no such attribute
map({ userName: 'login', [urn]: { departmnt: 'first' } })
// @ts-expect-error there is no such column
map({ userName: 'login', overflow: 'extra' })
