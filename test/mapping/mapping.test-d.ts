import { column, computed, json, lookup, mapUser, reference, sameAs } from '../../src/mapping/index.js'
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

// Functions know what they get, also inside of an extension and for one element.
map({
  userName: column('login', {
    read: (login) => login.trim(),
    write: (name) => name.trim(),
    foldedIn: 'first',
  }),
  'emails[type eq "work"].value': column('first', {
    read: (first) => first?.trim(),
    write: (value) => value.trim(),
    primary: true,
  }),
  'emails[type eq "work"].display': column('first', { read: (first) => first ?? 'none' }),
  [urn]: { department: column('first', { read: (first) => first ?? 'none', write: (name) => name.trim() }) },
})
map(
  {
    userName: 'login',
    [Employee.urn]: {
      badge: column('login', { read: (login) => login.length, write: (badge) => badge.toFixed() }),
    },
  },
  { extensions: [Employee] },
)
// @ts-expect-error no such text is ever in the column
map({ userName: 'login', active: column('status', { read: (status) => status === 'onn' }) })
// @ts-expect-error the attribute is a text
map({ userName: 'login', [urn]: { department: column('number', { read: (number) => number + 1 }) } })

// A path that is made of others is known as some text: its line compiles, and the other lines are checked.
map({
  userName: 'login',
  active: column('status', { read: (status) => status === 'on' }),
  'emails[type eq "work"].value': column('login', { primary: true }),
  [`${urn}:manager`]: reference('boss', { displayName: 'login' }),
  // biome-ignore lint/style/useTemplate: as some write it
  [urn + ':organization']: lookup('boss', { table: 'organizations', key: 'id', value: 'name' }),
  [`${urn}:department`]: 'first',
})
map({ userName: 'login', [`${urn}:manager`]: reference('boss') }, { extensions: [Employee] })
// @ts-expect-error there is no such column
map({ userName: 'logn', [`${urn}:manager`]: reference('boss') })

// One column for two attributes.
map({
  userName: 'login',
  nickName: 'first',
  displayName: sameAs('nickName'),
  'emails[type eq "work"].value': sameAs('userName', { primary: true }),
  title: sameAs('emails[type eq "home"].value'),
  [urn]: { employeeNumber: sameAs('name.givenName'), department: sameAs(`${urn}:organization`) },
})
// @ts-expect-error there is no such attribute
map({ userName: 'login', title: sameAs('userNam') })
// @ts-expect-error there is no such option
map({ userName: 'login', title: sameAs('userName', { primry: true }) })

// Letter case, and values in other tables.
map({ userName: column('login', { normalize: 'lowercase' }), title: column('first', { foldedIn: 'login' }) })
map({
  userName: 'login',
  title: lookup('boss', { table: 't', key: 'id', value: 'name', tenant: false, create: true }),
})
// @ts-expect-error there is no such case
map({ userName: column('login', { normalize: 'uppercase' }) })
// @ts-expect-error there is no such column
map({ userName: column('login', { foldedIn: 'login_key' }) })
// @ts-expect-error there is no such option
map({ userName: column('login', { normalise: 'lowercase' }) })
// @ts-expect-error there is no such column
map({ userName: 'login', title: lookup('bos', { table: 't', key: 'id', value: 'name' }) })
// @ts-expect-error the table's column is missing
map({ userName: 'login', title: lookup('boss', { table: 't', key: 'id' }) })
// @ts-expect-error only a text can be looked up
map({ userName: 'login', active: lookup('boss', { table: 't', key: 'id', value: 'name' }) })
