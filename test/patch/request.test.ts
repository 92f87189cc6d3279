import { expect, it } from 'vitest'
import { lenient, strict, urns, userResourceType } from '../../src/index.js'
import { readPatchMessage, readPatchOperations } from '../../src/patch/index.js'
import { noNote } from '../../src/protocol/index.js'
import { patchBody, resource } from './patch.js'

const rfc = { leniency: strict().leniency, note: noNote }
const read = (body: unknown, max = 10) => readPatchOperations(readPatchMessage(body, max, rfc), max, rfc)
const wrong = (body: unknown) => {
  try {
    read(body)
  } catch (error) {
    return error
  }
  return 'accepted'
}
const message = (Operations: unknown) => ({ schemas: [urns.patchOp], Operations })

it('reads operations, whatever else a client puts there', () => {
  const Operations = [
    { op: 'replace', path: ' title ', value: 'x', name: 'rename' },
    { op: 'add', path: '', value: { title: 'y' } },
    { op: 'add', path: null, value: { title: 'y' } },
    { op: 'remove', path: 'title' },
    { op: 'add', path: 'title', value: null },
  ]
  expect(read({ id: '1', ...message(Operations) })).toEqual([
    { op: 'replace', path: 'title', value: 'x' },
    { op: 'add', value: { title: 'y' } },
    { op: 'add', value: { title: 'y' } },
    { op: 'remove', path: 'title' },
    { op: 'add', path: 'title', value: null },
  ])
})

it('reads member names in any case', () => {
  const body = {
    Schemas: [urns.patchOp.toUpperCase()],
    operations: [{ OP: 'add', Path: 'title', VALUE: 'x' }],
  }
  expect(read(body)).toEqual([{ op: 'add', path: 'title', value: 'x' }])
})

it('refuses what is no PATCH message', () => {
  for (const body of [null, [], 'x', 7, {}, { Operations: [{ op: 'remove', path: 'title' }] }]) {
    expect(wrong(body), JSON.stringify(body)).toMatchObject({ status: 400, scimType: 'invalidSyntax' })
  }
  expect(wrong({ schemas: urns.patchOp, Operations: [] })).toMatchObject({ scimType: 'invalidSyntax' })
  expect(wrong({ schemas: [urns.user], Operations: [] })).toMatchObject({ scimType: 'invalidSyntax' })
  for (const Operations of [
    undefined,
    null,
    {},
    'x',
    [],
    [null],
    ['x'],
    [[]],
    [{}],
    [{ op: 'move' }],
    [{ op: null }],
  ]) {
    expect(wrong(message(Operations)), JSON.stringify(Operations)).toMatchObject({
      status: 400,
      scimType: 'invalidSyntax',
    })
  }
  expect(wrong(message([{ op: 'Add', path: 'title', value: 'x' }]))).toMatchObject({
    scimType: 'invalidSyntax',
  })
  expect(wrong(message([{ op: 'remove', path: ['title'] }]))).toMatchObject({ scimType: 'invalidPath' })
})

it('says which operation is wrong and repeats nothing of it', () => {
  const error = wrong(message([{ op: 'remove', path: 'title' }, { op: 'hunter2' }]))
  expect(error).toMatchObject({ detail: 'Operations[1]: op must be "add", "replace" or "remove"' })
})

it('bounds the number of operations', () => {
  const operation = { op: 'remove', path: 'title' }
  expect(read(message(Array(10).fill(operation)))).toHaveLength(10)
  expect(() => read(message(Array(11).fill(operation)))).toThrow('at most 10')
})

it('takes a body without operations as no change, under a rule', async () => {
  const before = resource(userResourceType, { userName: 'x' })
  const { after, trace } = await patchBody(userResourceType, before, message([]), lenient())
  expect(after).toBe(before)
  expect(trace).toEqual([{ rule: 'emptyOperations', path: 'Operations', message: 'accepted as no change' }])
})
