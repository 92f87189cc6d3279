import { request as ask } from 'node:http'
import { expect, test } from 'vitest'
import { formsOf } from '../portal/service.js'
import { said, served, start } from './program.js'

const serve = (...args: readonly string[]) =>
  start(['node', 'dist/cli/main.js', 'serve', '--store', 'memory', '--port', '0', ...args])

interface Reply {
  readonly status: number
  readonly headers: Headers
  readonly text: string
}

/** A request with whatever `Host` a browser would send. */
function send(url: string, headers: Readonly<Record<string, string>> = {}, body?: string): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const sent = ask(url, { method: body === undefined ? 'GET' : 'POST', headers }, (reply) => {
      let text = ''
      reply.setEncoding('utf8').on('data', (part) => {
        text += part
      })
      reply.on('end', () => {
        const received = new Headers()
        for (const [name, value] of Object.entries(reply.headers))
          for (const one of [value ?? []].flat()) received.append(name, one)
        resolve({ status: reply.statusCode ?? 0, headers: received, text })
      })
    })
    sent.on('error', reject)
    sent.end(body)
  })
}

const link = /(?:Portal, opened once|another browser): (http:\S+\/portal\/start\/[\w-]{43})\n/
const cookieOf = ({ headers }: Reply) => headers.getSetCookie()[0]?.split(';')[0] ?? ''

test('a newcomer opens the portal by the link that is printed, and gets a token that the service takes', async () => {
  await using program = serve()
  const url = await served(program)
  const [, opened = ''] = await said(program, link)
  const { origin } = new URL(opened)
  expect((await send(`${origin}/portal/`)).status).toBe(403)
  const started = await send(opened)
  expect(started.status).toBe(303)
  expect(started.headers.get('location')).toBe('/portal/')
  expect(started.headers.getSetCookie()[0]).toMatch(
    /^scimkit-serve=[\w-]{43}; Path=\/portal; HttpOnly; SameSite=Strict$/,
  )
  let cookie = cookieOf(started)

  const page = await send(`${origin}/portal/new`, { cookie })
  cookie += `; ${cookieOf(page)}`
  const headers = {
    cookie,
    'sec-fetch-site': 'same-origin',
    'content-type': 'application/x-www-form-urlencoded',
  }
  const [form] = formsOf(page.text)
  const fields = { ...form?.fields, provider: 'okta', name: 'Okta' }
  const made = await send(origin + form?.action, headers, new URLSearchParams(fields).toString())
  const setUp = await send(origin + made.headers.get('location'), { cookie })
  expect(setUp.text).toContain(`value="${url}"`)
  const issue = formsOf(setUp.text).find(({ action }) => action.endsWith('/token'))
  const issued = await send(origin + issue?.action, headers, new URLSearchParams(issue?.fields).toString())
  const [, token = ''] = /<textarea id="secret"[^>]*>([^<]+)</.exec(issued.text) ?? []
  expect((await send(`${url}/Users`, { authorization: `Bearer ${token}` })).status).toBe(200)
  expect((await send(origin + made.headers.get('location'), { cookie })).text).toContain('Okta has verified')
})

test('the link works once, and another one is printed for the next browser', async () => {
  await using program = serve()
  const [, first = ''] = await said(program, link)
  expect((await send(first)).status).toBe(303)
  const again = await send(first)
  expect(again.status).toBe(403)
  expect(again.headers.getSetCookie()).toEqual([])
  const [, second = ''] = await said(program, /another browser: (http:\S+)\n/)
  expect(second).not.toBe(first)
  expect((await send(second)).status).toBe(303)
})

test('answers no page that has made its own name lead here', async () => {
  await using program = serve()
  const [, opened = ''] = await said(program, link)
  const { origin, port } = new URL(opened)
  for (const host of [
    'evil.example',
    `evil.example:${port}`,
    '127.0.0.1.evil.example',
    'localhost.evil.example',
  ]) {
    expect((await send(opened, { host })).status, host).toBe(421)
    expect((await send(`${origin}/portal/`, { host })).status, host).toBe(421)
  }
  // The link is still good.
  expect((await send(opened, { host: `localhost:${port}` })).status).toBe(303)
})

test('is not there where others can reach the service', async () => {
  await using program = serve('--host', '0.0.0.0')
  const url = await served(program)
  await said(program, /\nData: /)
  expect(program.out()).not.toContain('Portal')
  const { port } = new URL(url)
  // The path is SCIM's then, and no different from any other.
  const { status, headers } = await send(`http://127.0.0.1:${port}/portal/`)
  expect(status).toBe(401)
  expect(headers.get('content-type')).toBe('application/scim+json')
})
