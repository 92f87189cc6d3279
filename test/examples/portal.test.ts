import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { ask, freePort, root, said, start } from '../cli/program.js'
import { formsOf } from '../portal/service.js'

/** The Express example, and its administrators in their browsers. */
async function service() {
  const port = await freePort()
  const cwd = resolve(root, 'examples/express-okta')
  const program = start(['npm', 'start'], { cwd, env: { PORT: String(port) } })
  const [, origin = '', password = ''] = await said(
    program,
    /(http:\/\/localhost:\d+)\/sign-in; the password is (\S+)\n/,
  )

  async function administrator(company: string) {
    const cookies = new Map<string, string>()
    const send = async (path: string, fields?: Readonly<Record<string, string>>) => {
      const reply = await fetch(origin + path, {
        redirect: 'manual',
        headers: {
          cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; '),
          'sec-fetch-site': 'same-origin',
        },
        ...(fields && { method: 'POST', body: new URLSearchParams(fields) }),
      })
      for (const cookie of reply.headers.getSetCookie()) {
        const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? []
        cookies.set(name, value)
      }
      return { status: reply.status, location: reply.headers.get('location'), html: await reply.text() }
    }
    const signedIn = await send('/sign-in', { company, password })
    return { send, signedIn }
  }
  return { program, origin, administrator }
}

test('each company connects its Okta behind the session of the service, and sees nothing of the other', async () => {
  const { program, origin, administrator } = await service()
  await using _ = program
  expect((await fetch(`${origin}/settings/scim`)).status).toBe(403)
  expect((await administrator('nobody')).signedIn.status).toBe(403)

  const connect = async (company: string) => {
    const { send, signedIn } = await administrator(company)
    expect(signedIn).toMatchObject({ status: 303, location: '/settings/scim' })
    const [form] = formsOf((await send('/settings/scim/new')).html)
    const made = await send(form?.action ?? '', {
      ...form?.fields,
      provider: 'okta',
      name: `Okta of ${company}`,
    })
    const page = made.location ?? ''
    const issue = formsOf((await send(page)).html).find(({ action }) => action.endsWith('/token'))
    const { html } = await send(issue?.action ?? '', issue?.fields)
    const [, token = ''] = /<textarea id="secret"[^>]*>([^<]+)</.exec(html) ?? []
    expect(token).toMatch(/^people_token_/)
    return { send, page, token }
  }
  const acme = await connect('acme')
  const globex = await connect('globex')
  const user = (userName: string) => ({
    method: 'POST',
    body: JSON.stringify({ schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'], userName, active: true }),
  })
  expect((await ask(`${origin}/scim/v2/Users`, acme.token, user('ada@acme.example'))).status).toBe(201)
  expect((await ask(`${origin}/scim/v2/Users`, globex.token, user('eve@globex.example'))).status).toBe(201)
  expect((await ask(`${origin}/scim/v2/Users`, globex.token)).json.totalResults).toBe(1)

  const people = acme.page.replace(/set-up$/, 'people')
  expect((await acme.send(people)).html).toContain('ada@acme.example')
  expect((await globex.send(people)).status).toBe(404)
  expect((await globex.send('/settings/scim')).html).not.toContain('Okta of acme')
  expect((await globex.send(globex.page.replace(/set-up$/, 'people'))).html).not.toContain('ada@acme.example')
})
