import { describe, expect, it } from 'vitest'
import { urns } from '../../../src/index.js'
import { base, serve } from '../service.js'

const user = { schemas: [urns.user], userName: 'bjensen' }
const post = (type: string | undefined, body = JSON.stringify(user), options = {}) =>
  serve(options).send('POST', '/Users', {
    body,
    headers: { 'content-type': type ?? '' },
  })

describe('the type of a body', () => {
  it('is JSON in one of its names, in UTF-8', async () => {
    for (const type of [
      'application/scim+json',
      'application/scim+json; charset=utf-8',
      'application/scim+json;charset=UTF-8',
      'Application/SCIM+JSON ; Charset="utf-8"',
      'application/json',
      'application/json; charset=utf8',
      'text/json',
      'application/vnd.example+json; version=1',
      '',
    ]) {
      expect((await post(type)).status, type).toBe(201)
    }
  })

  it('or is 415', async () => {
    for (const type of [
      'text/plain',
      'application/xml',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      'application/scim+json; charset=iso-8859-1',
      'application/jsonp',
      'json',
    ]) {
      const reply = await post(type)
      expect(reply.status, type).toBe(415)
      expect(reply.headers.get('content-type')).toMatch(/^application\/scim\+json/)
      expect(reply.body).toMatchObject({ schemas: [urns.error], status: '415' })
    }
  })

  it('does not matter where nobody reads a body', async () => {
    const { send, createUser } = serve()
    const { id } = await createUser()
    const headers = { 'content-type': 'text/plain' }
    expect((await send('GET', `/Users/${id}`, { headers })).status).toBe(200)
    expect((await send('DELETE', `/Users/${id}`, { headers })).status).toBe(204)
  })
})

describe('a body', () => {
  it('that is no JSON is 400, and comes back nowhere', async () => {
    for (const body of [
      '{"schemas":["x"],"userName":"hunter2"',
      '{ "acve": tre }',
      "{'userName': 'hunter2'}",
      '{"userName":"hunter2",}',
      'userName=hunter2',
      '\u0000',
      '{"userName":"hunter2"} trailing',
      'NaN',
    ]) {
      const reply = await post('application/scim+json', body)
      expect(reply.status, body).toBe(400)
      expect(reply.headers.get('content-type')).toMatch(/^application\/scim\+json/)
      expect(reply.body).toEqual({
        schemas: [urns.error],
        status: '400',
        scimType: 'invalidSyntax',
        detail: 'The body is not valid JSON',
      })
      expect(JSON.stringify(reply.event)).not.toContain('hunter2')
    }
  })

  it('that is missing is 400', async () => {
    const service = serve()
    const { id } = await service.createUser()
    for (const [method, path] of [
      ['POST', '/Users'],
      ['PUT', `/Users/${id}`],
      ['PATCH', `/Users/${id}`],
    ] as const) {
      for (const body of [undefined, '', ' \n']) {
        const reply = await service.send(method, path, { body })
        expect(reply.status, `${method} ${JSON.stringify(body)}`).toBe(400)
        expect(reply.body.scimType).toBe('invalidSyntax')
      }
    }
  })

  it('that is no object is 400', async () => {
    for (const body of ['[]', 'null', '"text"', '7', 'true', '[{"userName":"x"}]']) {
      expect((await post('application/json', body)).status, body).toBe(400)
    }
  })

  it('may be in any language, and begin with white space', async () => {
    const reply = await post(
      'application/scim+json',
      ` \n${JSON.stringify({ ...user, userName: 'Ævar 日本 😀' })}`,
    )
    expect(reply.body.userName).toBe('Ævar 日本 😀')
  })

  it('that is not UTF-8 is 400', async () => {
    const { scim } = serve()
    const response = await scim.fetch(
      new Request(`${base}/Users`, {
        method: 'POST',
        headers: { authorization: 'Bearer acme-token', 'content-type': 'application/json' },
        body: new Uint8Array([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d]),
      }),
    )
    expect(response.status).toBe(400)
  })

  it('larger than the limit is 413, announced or not', async () => {
    const limits = { maxBodyBytes: 1000 }
    const sized = (size: number) => {
      const body = JSON.stringify({ ...user, title: '' })
      return body.replace('"title":""', `"title":"${'x'.repeat(size - body.length)}"`)
    }
    expect((await post('application/scim+json', sized(1000), { limits })).status).toBe(201)
    const reply = await post('application/scim+json', sized(1001), { limits })
    expect(reply.status).toBe(413)
    expect(reply.body).toMatchObject({ schemas: [urns.error], status: '413' })

    const { scim } = serve({ limits })
    const stream = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(new TextEncoder().encode(' '.repeat(400))),
    })
    const init = {
      method: 'POST',
      headers: { authorization: 'Bearer acme-token', 'content-type': 'application/json' },
      body: stream,
      duplex: 'half',
    }
    expect((await scim.fetch(new Request(`${base}/Users`, init as RequestInit))).status).toBe(413)
  })

  it('that nests deeper than anything in SCIM is 400', async () => {
    const nested = (depth: number) =>
      `{"schemas":["${urns.user}"],"userName":"x","a":${'['.repeat(depth)}${']'.repeat(depth)}}`
    expect((await post('application/json', nested(31))).status).toBe(201)
    for (const depth of [32, 1000, 100_000]) {
      const reply = await post('application/json', nested(depth))
      expect(reply.status, `${depth}`).toBe(400)
      expect(reply.body).toMatchObject({ scimType: 'invalidSyntax', detail: 'The body nests too deeply' })
    }
    const objects = `${'{"a":'.repeat(50)}1${'}'.repeat(50)}`
    expect((await post('application/json', objects)).status).toBe(400)
    expect((await post('application/json', nested(3), { limits: { maxJsonDepth: 3 } })).status).toBe(400)
  })

  it('that has an object of more keys than any resource has names is 413', async () => {
    const withKeys = (count: number) => {
      const unknown = Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, 1]))
      return JSON.stringify({ schemas: [urns.user], userName: 'x', a: [unknown] })
    }
    expect((await post('application/json', withKeys(20_000))).status).toBe(201)
    const reply = await post('application/json', withKeys(20_001))
    expect(reply.status).toBe(413)
    expect(reply.body).toMatchObject({ detail: 'An object of the body has more than 20000 keys' })
  })
})

describe('what a client accepts', () => {
  it('is JSON, or anything', async () => {
    const { get } = serve()
    for (const accept of [
      '*/*',
      'application/*',
      'application/scim+json',
      'application/scim+json; charset=utf-8',
      'application/json',
      'application/json, text/plain, */*',
      'text/html, application/json;q=0.9',
      'APPLICATION/SCIM+JSON',
      'application/json;q=0, */*',
      'application/*;q=0, application/json',
      '*/*;q=0, application/scim+json;q=0.001',
      'text/*;q=0, application/*',
      '',
    ]) {
      const reply = await get('/Users', { headers: { accept } })
      expect(reply.status, accept).toBe(200)
      expect(reply.headers.get('content-type')).toBe('application/scim+json')
    }
    expect((await get('/Users')).status).toBe(200)
  })

  it('or 406, before anything is done', async () => {
    const service = serve()
    for (const accept of [
      'text/html',
      'application/xml',
      'image/*',
      'application/json;q=0',
      '*/*; q=0.0',
      'application/scim+json;q=0, */*',
      'application/scim+json ; Q=0.000, application/json',
      'application/*;q=0, */*',
      '*/*;q=0, text/html',
    ]) {
      const reply = await service.post('/Users', user, { headers: { accept } })
      expect(reply.status, accept).toBe(406)
      expect(reply.body).toMatchObject({ schemas: [urns.error], status: '406' })
    }
    expect((await service.get('/Users')).body.totalResults).toBe(0)
  })
})
