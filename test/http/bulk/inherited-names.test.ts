import { describe, expect, it } from 'vitest'
import { urns } from '../../../src/index.js'
import { isEqual } from '../../../src/protocol/index.js'
import { serveBulk } from '../../operations/bulk/bulk.js'

// Every object seems to have these: where the client's text looks something up, it must not find them.

const inherited = ['constructor', 'toString', 'valueOf', 'hasOwnProperty', '__proto__', 'isPrototypeOf']

describe('a name that every object inherits', () => {
  it('is no method of a bulk operation, nor shown to the host as one', async () => {
    const service = serveBulk()
    const { status, results } = await service.bulk(
      inherited.map((method) => ({ method, path: '/Users', bulkId: method, data: {} })),
    )
    expect(status).toBe(200)
    expect(results.map((one) => one.status)).toEqual(inherited.map(() => '400'))
    const told = service.events.filter(({ bulkOperation }) => bulkOperation !== undefined)
    expect(told).toHaveLength(inherited.length)
    expect(told.map(({ operation }) => operation)).toEqual(inherited.map(() => undefined))
    expect(JSON.parse(JSON.stringify(told))).toEqual(
      told.map((event) =>
        Object.fromEntries(Object.entries(event).filter(([, value]) => value !== undefined)),
      ),
    )
  })

  it('is no method, no path and no parameter of a request', async () => {
    const service = serveBulk()
    for (const name of inherited) {
      expect((await service.send(name, '/Users')).status).toBe(405)
      for (const path of ['', '/Schemas', '/ResourceTypes', '/Users']) {
        expect((await service.get(`${path}/${name}`)).status).toBe(404)
      }
      expect((await service.get(`/Users?${name}=1&sortBy=${name}`)).body.scimType).toBe('invalidPath')
    }
  })

  it('is no text that a rule reads as a boolean', async () => {
    const service = serveBulk()
    for (const active of inherited) {
      const reply = await service.post('/Users', { schemas: [urns.user], userName: 'ada', active })
      expect([reply.status, reply.body.scimType]).toEqual([400, 'invalidValue'])
      expect(reply.trace.map(({ rule }) => rule)).not.toContain('booleanStrings')
      const filtered = await service.get(`/Users?filter=${encodeURIComponent(`active eq "${active}"`)}`)
      expect([filtered.status, filtered.body.scimType]).toEqual([400, 'invalidFilter'])
    }
  })

  it('is no key that two values share when only one has it', () => {
    for (const name of inherited) {
      const one = JSON.parse(`{"a":1,"${name}":{}}`)
      expect(isEqual(one, { a: 1, b: 2 })).toBe(false)
      expect(isEqual(one, JSON.parse(`{"a":1,"${name}":{}}`))).toBe(true)
    }
  })
})
