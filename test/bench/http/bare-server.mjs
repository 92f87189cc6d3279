// The ceiling: the least a Node process does to answer over HTTP. It reads the
// request's body to its end, as any server must, and sends an answer that it
// was handed beforehand: status and text are those that scimkit gave.
import { createServer } from 'node:http'

let status = 200
let body = Buffer.alloc(0)

const server = createServer((request, response) => {
  const chunks = []
  request.on('data', (chunk) => chunks.push(chunk))
  request.on('end', () => {
    Buffer.concat(chunks)
    if (body.length === 0) {
      response.writeHead(status)
      response.end()
      return
    }
    response.writeHead(status, {
      'content-type': 'application/scim+json',
      'content-length': body.length,
    })
    response.end(body)
  })
})

process.on('message', (answer) => {
  status = answer.status
  body = Buffer.from(answer.body)
  process.send({ answering: status })
})
process.on('disconnect', () => process.exit())

server.listen(0, '127.0.0.1', () => {
  process.send({ url: `http://127.0.0.1:${server.address().port}` })
})
