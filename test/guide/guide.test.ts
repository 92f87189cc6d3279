import type { Kysely } from 'kysely'
import { describe, expect, it } from 'vitest'
import type { ScimOptions } from '../../src/index.js'
import {
  attribute,
  bearerTokens,
  createScim,
  defineExtension,
  memoryStore,
  okta,
  strict,
} from '../../src/index.js'
import type { Guide, GuideOptions, GuideText } from '../../src/portal/index.js'
import { guide, guideProviders } from '../../src/portal/index.js'
import { column, kyselyStore, mapUser } from '../../src/stores/kysely/index.js'
import { recorder } from '../stores/kysely/recorder.js'

interface EmployeeRow {
  readonly id: string
  readonly login: string
  readonly first_name: string
  readonly last_name: string
  readonly work_email: string
  readonly status: string
  readonly created_at: Date
  readonly updated_at: Date
}

const badge = defineExtension('urn:example:params:scim:schemas:badge:2.0:User', {
  number: attribute.string({ description: 'The number on the badge.' }),
})

/** The first customer's service: employees in a table, a token in the header, no groups. */
const employees = kyselyStore({
  db: recorder().db as Kysely<{ employees: EmployeeRow }>,
  table: 'employees',
  tenant: false,
  created: 'created_at',
  lastModified: 'updated_at',
  mapping: mapUser<EmployeeRow>()({
    userName: 'login',
    'name.givenName': 'first_name',
    'name.familyName': 'last_name',
    'emails[type eq "work"].value': column('work_email', { primary: true }),
    active: column('status', {
      read: (status) => status === 'ACTIVE',
      write: (active) => (active ? 'ACTIVE' : 'TERMINATED'),
    }),
  }),
})

function serviceOf(options: Partial<ScimOptions> = {}) {
  return createScim({
    authenticate: bearerTokens([{ token: 'secret-token' }]),
    users: memoryStore(),
    baseUrl: 'https://app.example.com/scim/v2',
    ...options,
  })
}

const first = createScim({
  authenticate: bearerTokens([{ token: 'secret-token' }]),
  users: employees,
  profile: okta(),
  baseUrl: 'https://app.example.com/scim/v2',
})
const ofFirst = (more: Partial<GuideOptions> = {}) =>
  guide(first, {
    idp: 'okta',
    name: 'Oloid',
    support: 'support@oloid.example',
    deactivation: 'terminates',
    date: '2026-11-28',
    ...more,
  })

function textOf(text: GuideText | undefined): string {
  return (text ?? []).map((part) => (part.kind === 'ui' ? `[${part.text}]` : part.text)).join('')
}

/** Every step as a line, with its fields. */
function steps({ chapters }: Guide): readonly string[] {
  return chapters.flatMap(({ steps }) =>
    steps.map(({ id, text, fields, isOptional }) => {
      const values = fields.map(({ label, value }) => `${label}=${value ?? '?'}`)
      return `${id}${isOptional ? '?' : ''}: ${textOf(text)}${values.length > 0 ? ` {${values.join('; ')}}` : ''}`
    }),
  )
}

describe('the guide of the first customer', () => {
  it('says what provisioning does: new users, profile updates, and termination on removal too', () => {
    expect(ofFirst().features.map(textOf)).toEqual([
      '[Create users] (push new users): a user who is assigned to the app in Okta is created in Oloid.',
      '[Update user attributes] (push profile updates): a change of a user’s profile in Okta is pushed to Oloid.',
      '[Deactivate users] (push user deactivation): deactivating a user in Okta, or removing the user’s assignment to the app, terminates the user in Oloid. Assigned again, the same user is reactivated.',
    ])
  })

  it('has each step of theirs, in their order', () => {
    const all = steps(ofFirst())
    const theirs = [
      /^sign-in: .*Okta Admin Console/,
      /^browse-catalog: .*\[Applications > Applications\].*\[Browse App Catalog\]/,
      /^add-integration: .*Oloid.*\[Add Integration\]/,
      /^label: .*\{Application label=Oloid SCIM\}/,
      /^configure-api: .*\[Provisioning\].*\[Configure API Integration\]/,
      /^enable-api: .*\[Enable API Integration\]/,
      /^credentials: .*\{Base URL=https:\/\/app\.example\.com\/scim\/v2; API Token=\?\}/,
      /^import-groups: Untick \[Import Groups\]/,
      /^test-credentials: Press \[Test API Credentials\]/,
      /^save: Press \[Save\]/,
      /^to-app: .*\[Provisioning > Settings\].*\[To App\].*\[Edit\]/,
      /^create-users: Enable \[Create Users\]/,
      /^update-users: Enable \[Update User Attributes\]/,
      /^deactivate-users: Enable \[Deactivate Users\]/,
      /^save-to-app: Press \[Save\]/,
      /^mapping: .*\[Attribute Mappings\]/,
    ]
    const places = theirs.map((step) => all.findIndex((line) => step.test(line)))
    expect(places).not.toContain(-1)
    expect(places).toEqual([...places].sort((a, b) => a - b))
    const test = ofFirst()
      .chapters.flatMap(({ steps }) => steps)
      .find(({ id }) => id === 'test-credentials')
    expect(textOf(test?.expect)).toContain('was verified successfully')
    const token = ofFirst()
      .chapters.flatMap(({ steps }) => steps)
      .find(({ id }) => id === 'credentials')
    expect(token?.notes.map(textOf)).toEqual([
      'The API token is handed out by support@oloid.example.',
      'The token alone, without Bearer before it.',
    ])
  })

  it('has the table of their mapping, in which case does not matter for e-mail', () => {
    const { attributes, attributeNotes } = ofFirst()
    const kept = attributes.filter((one) => one.kept)
    expect(kept.map(({ path, target, source, required }) => [path, target, source, required])).toEqual([
      ['userName', 'userName', 'Sign On > Application username format', true],
      ['name.givenName', 'name.givenName', 'user.firstName', false],
      ['name.familyName', 'name.familyName', 'user.lastName', false],
      ['emails[type eq "work"].value', 'emails.^[primary==true].value', 'user.email', false],
      [
        'emails[type eq "work"].type',
        'emails.^[primary==true].type',
        "(user.email != null && user.email != '') ? 'work' : ''",
        false,
      ],
      ['active', 'active', undefined, false],
    ])
    expect(kept.find(({ path }) => path.endsWith('.value'))?.notes).toEqual([
      'compared without regard to case',
    ])
    expect(kept[0]).toMatchObject({ isMatching: true })
    expect(attributeNotes.map(textOf).join(' ')).toContain(
      'E-mail addresses are compared without regard to case',
    )
    const title = attributes.find(({ path }) => path === 'title')
    expect(title).toMatchObject({ kept: false, notes: ['not kept'] })
  })

  it('has the headings that the review asks for, and no token', () => {
    const { markdown } = ofFirst()
    const headings = markdown.split('\n').filter((line) => /^##? /.test(line))
    expect(headings).toEqual([
      '# Oloid configuration guide for Okta',
      '## Supported Features',
      '## Requirements',
      '## Configuration Steps',
      '## Attributes and Mapping',
      '## Known Issues and Troubleshooting',
    ])
    expect(markdown).toContain('Updated: 2026-11-28')
    expect(markdown).not.toContain('secret-token')
    expect(markdown).not.toContain('Push Groups')
    expect(markdown).not.toMatch(/\{\w+\}/)
    expect(markdown).not.toContain('\n\n\n')
  })
})

describe('a guide', () => {
  const combinations = guideProviders.flatMap(({ id }) =>
    (['en', 'de'] as const).map((locale) => ({ idp: id, locale })),
  )

  it.each(combinations)('for $idp in $locale is complete', ({ idp, locale }) => {
    for (const more of [
      {},
      { tokenFrom: 'page' },
      { oauth: { tokenUrl: 'https://x.example/token' } },
      { oauth: { tokenUrl: 'https://x.example/token', federation: true } },
    ] as const) {
      for (const scim of [serviceOf(), serviceOf({ groups: memoryStore(), hashPassword: (text) => text })]) {
        const made = guide(scim, { idp, locale, name: 'Acme', ...more })
        const ids = made.chapters.flatMap(({ steps }) => steps.map(({ id }) => id))
        expect(new Set(ids).size).toBe(ids.length)
        expect(made.attributes.length).toBeGreaterThan(5)
        expect(made.issues.length).toBeGreaterThan(1)
        expect(made.features.length).toBeGreaterThan(2)
        expect(JSON.stringify(made)).not.toMatch(
          /undefined|\{(?:service|support|idp|baseUrl|deactivates|issues)\}/,
        )
        const values = made.chapters.flatMap(({ steps }) => steps.flatMap(({ fields }) => fields))
        expect(values.some(({ name }) => name === 'baseUrl')).toBe(true)
        expect(values.filter(({ isSecret }) => isSecret).map(({ value }) => value)).toEqual([undefined])
      }
    }
  })

  it('follows the configuration: groups, authentication, passwords, extensions', () => {
    const plain = guide(serviceOf(), { idp: 'entra', name: 'Acme' })
    expect(steps(plain).find((line) => line.startsWith('groups'))).toContain('disable it: Acme has no groups')
    const withGroups = guide(serviceOf({ groups: memoryStore() }), { idp: 'entra', name: 'Acme' })
    expect(steps(withGroups).find((line) => line.startsWith('groups'))).toContain('leave')
    const oauth = { tokenUrl: 'https://app.example.com/oauth/token', clientId: 'c-1', scope: 'scim' }
    expect(
      steps(guide(serviceOf(), { idp: 'entra', oauth })).find((line) => line.startsWith('credentials')),
    ).toBe(
      'credentials: Choose OAuth client credentials and enter the values. {Authentication Method=OAuth2 Client Credentials Grant; Tenant URL=https://app.example.com/scim/v2; Token Endpoint=https://app.example.com/oauth/token; Client Identifier=c-1; Client Secret=?; How credentials are sent=Header; OAuth 2.0 scopes=scim}',
    )
    const { tokenUrl } = oauth
    for (const federation of [true, false]) {
      const { markdown } = guide(serviceOf(), { idp: 'entra', oauth: { tokenUrl, federation } })
      expect(markdown.includes('**Workload Identity Federation** as **Authentication Method**')).toBe(
        federation,
      )
      expect(markdown).toContain('`scim`')
      expect(markdown).not.toContain('Secret Token')
    }
    const strictOne = guide(serviceOf({ profile: strict() }), { idp: 'okta' })
    expect(strictOne.markdown).toContain('type `Bearer`, a blank and the token')
    const extended = guide(serviceOf({ extensions: { User: [badge] } }), { idp: 'okta' })
    expect(extended.attributes.find(({ path }) => path.endsWith('number'))).toMatchObject({
      path: 'urn:example:params:scim:schemas:badge:2.0:User:number',
      target: 'number',
      namespace: 'urn:example:params:scim:schemas:badge:2.0:User',
      kept: true,
    })
    const template = steps(guide(first, { idp: 'onelogin' })).find((line) => line.startsWith('credentials'))
    expect(template).toContain('"userName":"{$parameters.scimusername}"')
    expect(template).not.toContain('department')
  })

  it('has the expressions of Entra ID', () => {
    const { attributes } = guide(serviceOf(), { idp: 'entra' })
    const source = (path: string) => attributes.find((one) => one.path === path)?.source
    expect(source('userName')).toBe('userPrincipalName')
    expect(source('active')).toBe('Switch([IsSoftDeleted], , "False", "True", "True", "False")')
    expect(source('emails[type eq "work"].value')).toBe('Coalesce([mail],[userPrincipalName])')
  })

  it('warns of a Base URL that the identity provider refuses', () => {
    const warnings = (idp: GuideOptions['idp'], baseUrl: string) =>
      guide(serviceOf(), { idp, baseUrl }).warnings.map(textOf).join(' ')
    expect(warnings('okta', 'https://app.example.com/scim')).toBe('')
    expect(warnings('okta', 'https://my_app.example.com/scim')).toContain('underscore')
    expect(warnings('entra', 'https://my_app.example.com/scim')).toBe('')
    expect(warnings('entra', 'http://app.example.com/scim')).toContain('does not begin with https://')
    expect(warnings('okta', 'http://127.0.0.1:4004/scim/v2')).toContain('use a tunnel')
  })

  it('takes names as they are, also as Markdown', () => {
    const { markdown } = guide(serviceOf(), {
      idp: 'okta',
      name: 'A*c*me | <b>`{baseUrl}`</b>\n# x',
      links: [{ title: 'Next [1]', url: 'https://x.example/a b>' }],
    })
    expect(markdown).toContain('# A\\*c\\*me | \\<b>\\`{baseUrl}\\`\\</b> # x configuration guide for Okta')
    expect(markdown).toContain('``A*c*me \\| <b>`{baseUrl}`</b> # x SCIM``')
    expect(markdown).toContain('- [Next \\[1\\]](<https://x.example/a%20b%3E>)')
    expect(markdown.split('\n').filter((line) => line.startsWith('# '))).toHaveLength(1)
  })

  it('keeps what a name, a contact or a date has in it, and makes no markup of it', () => {
    const { markdown } = guide(serviceOf(), {
      idp: 'okta',
      name: 'R&amp;D &#42;x&#42; AT&T',
      support: '1. me',
      date: '**today** <b>',
      deactivation: '`rm` | [x](javascript:alert(1))',
    })
    expect(markdown).toContain('# R\\&amp;D \\&#42;x\\&#42; AT&T configuration guide for Okta')
    expect(markdown).toContain('Updated: \\*\\*today\\*\\* \\<b> ·')
    expect(markdown).toContain('\\`rm\\` | \\[x\\](javascript:alert(1))')
  })

  it('calls a service without a name by the host of its Base URL, where that is one', () => {
    const titleOf = (options: object, more?: Partial<ScimOptions>) =>
      guide(serviceOf(more), { idp: 'okta', ...options }).title
    expect(titleOf({})).toBe('app.example.com configuration guide for Okta')
    expect(titleOf({ baseUrl: 'https://acme.example.com/scim' })).toBe(
      'acme.example.com configuration guide for Okta',
    )
    expect(titleOf({ name: 'Acme' })).toBe('Acme configuration guide for Okta')
    for (const baseUrl of ['http://127.0.0.1:4004/scim/v2', 'http://localhost/scim', 'http://[::1]/scim'])
      expect(titleOf({ baseUrl })).toBe('Configuration guide for Okta')
    const unaddressed = createScim({ authenticate: () => undefined, users: memoryStore() })
    const german = guide(unaddressed, { idp: 'okta', locale: 'de' })
    expect(german.title).toBe('Einrichtung mit Okta')
    expect(german.markdown).toContain('`https://<die Base URL Ihres Kontos>`')
    expect(german.warnings).toEqual([])
  })

  it('is refused for what there is not', () => {
    const make = (options: object) => () => guide(serviceOf(), options as GuideOptions)
    expect(make({ idp: 'octa' })).toThrow('idp must be one of "okta", "entra"')
    for (const name of ['name', 'baseUrl', 'support', 'deactivation', 'tenant', 'date'])
      for (const wrong of ['', ' ', 7, null])
        expect(make({ idp: 'okta', [name]: wrong })).toThrow(`guide: ${name} must be text that is not empty`)
    for (const links of ['x', [null], [{ title: 'x' }], [{ title: 'x', url: 'javascript:alert(1)' }]])
      expect(make({ idp: 'okta', links })).toThrow('guide: links must be a list of titles and http')
    expect(make({ idp: 'okta', locale: 'fr' })).toThrow('locale')
    expect(make({ idp: 'okta', oauth: { tokenURL: 'x' } })).toThrow('did you mean "oauth.tokenUrl"')
  })
})

describe('scim.describe()', () => {
  it('says what the service keeps, by its stores', () => {
    const { resourceTypes, acceptsBareToken, hasGroups, storesPasswords } = first.describe()
    const [users] = resourceTypes
    const find = (path: string) => users?.attributes.find((one) => one.path === path)
    expect({ acceptsBareToken, hasGroups, storesPasswords }).toEqual({
      acceptsBareToken: true,
      hasGroups: false,
      storesPasswords: false,
    })
    expect(find('userName')).toMatchObject({ required: true, unique: true, kept: true, caseExact: false })
    expect(find('emails.value')).toMatchObject({ kept: true, places: ['emails[type eq "work"]'] })
    expect(find('nickName')).toMatchObject({ kept: false, filterable: false })
    expect(find('password')).toMatchObject({ kept: false })
    expect(users?.canDeactivate).toBe(true)
  })
})
