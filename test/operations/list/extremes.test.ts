import { describe, expect, it } from 'vitest'
import { urns } from '../../../src/index.js'
import { serve } from '../../http/service.js'
import { openKinds } from '../groups/kinds.js'

const digits = '9'.repeat(400)
const most = Number.MAX_SAFE_INTEGER

describe.each(openKinds())('in $kind', ({ kind, makeStores }) => {
  const sorts = kind !== 'a store of five methods'

  async function filled() {
    const scim = serve({ ...makeStores(), limits: { maxPageSize: 2 } })
    const users = [await scim.createUser(), await scim.createUser(), await scim.createUser()]
    const group = await scim.createGroup({ displayName: 'Guides', members: [{ value: users[1]?.id }] })
    return { ...scim, users, group }
  }

  it('numbers of any length lead beyond the end, or are capped', async () => {
    const { get, post } = await filled()
    for (const path of ['/Users', '/']) {
      for (const [startIndex, count, echoed, length] of [
        ['1', digits, 1, 2],
        [digits, '2', most, 0],
        ['9007199254740993', '2', most, 0],
        ['1234567890123456', digits, 1234567890123456, 0],
        [`-${digits}`, '1', 1, 1],
        ['1', `-${digits}`, 1, 0],
        [`+${digits}`, `000${digits}`, most, 0],
        ['0'.repeat(400), '0002', 1, 2],
      ] as const) {
        const query = new URLSearchParams({ startIndex, count })
        for (const reply of [
          await get(`${path}?${query}`),
          sorts ? await get(`${path}?${query}&sortBy=id`) : undefined,
          /^[-\d]+$/.test(startIndex) && !/^-?0/.test(startIndex + count)
            ? await post(
                `${path === '/' ? '' : path}/.search`,
                `{"schemas":["${urns.searchRequest}"],"startIndex":${startIndex},"count":${count}}`,
              )
            : undefined,
        ]) {
          if (!reply) continue
          expect(reply.status, reply.text).toBe(200)
          expect(reply.body).toMatchObject({ startIndex: echoed, itemsPerPage: length })
          expect(reply.body.totalResults).toBe(path === '/' ? 4 : 3)
        }
      }
    }
  })

  it.runIf(sorts)('what no store keeps is nothing to sort by', async () => {
    const { get, post } = await filled()
    for (const sortBy of [
      'groups',
      'groups.value',
      'GROUPS.DISPLAY',
      'groups.$ref',
      'groups.type',
      'meta.location',
      `${urns.enterpriseUser}:manager.$ref`,
    ]) {
      for (const path of [
        '/Users?',
        '/?',
        '/Users?count=0&',
        '/Users?cursor=&',
        '/Users?sortOrder=descending&',
      ]) {
        const { status, body, text } = await get(`${path}sortBy=${encodeURIComponent(sortBy)}`)
        expect([path, sortBy, status, body.scimType], text).toEqual([path, sortBy, 400, 'invalidPath'])
      }
      const search = { schemas: [urns.searchRequest], sortBy }
      expect((await post('/Users/.search', search)).status).toBe(400)
    }
    expect((await get('/Groups?sortBy=members.$ref')).status).toBe(400)
    expect((await get('/Groups?sortBy=members.value')).status).toBe(200)
  })
})
