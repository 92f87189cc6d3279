import { connect, type Socket } from 'node:net'

/** A connection that sends exactly the bytes that it is told. */
export interface Wire {
  readonly socket: Socket
  send(text: string): void
  /** Everything that has come so far, once it satisfies the condition. */
  received(condition: (text: string) => boolean): Promise<string>
  /** Resolves when the server has closed the connection. */
  readonly closed: Promise<void>
}

export function wire(port: number): Wire {
  const socket = connect(port, '127.0.0.1')
  let text = ''
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()))
  socket.on('error', () => {})
  socket.on('data', (chunk) => {
    text += chunk
  })
  return {
    socket,
    closed,
    send: (bytes) => socket.write(bytes),
    received: (condition) =>
      new Promise((resolve, reject) => {
        const look = () => {
          if (condition(text)) resolve(text)
        }
        socket.on('data', look)
        socket.once('close', () =>
          condition(text) ? resolve(text) : reject(new Error(`Closed after: ${text}`)),
        )
        look()
      }),
  }
}

/** Sends one request as it is written, line by line, and returns the whole reply. */
export async function exchange(port: number, lines: readonly string[], body = ''): Promise<string> {
  const connection = wire(port)
  connection.send(`${[...lines, 'Connection: close'].join('\r\n')}\r\n\r\n${body}`)
  const text = await connection.received((received) => received.includes('\r\n\r\n'))
  await connection.closed
  return connection.received(() => true).catch(() => text)
}
