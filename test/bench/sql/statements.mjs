// The statements that scimkit runs for a request, learnt from one of each kind, and how to run them for others.

/**
 * @typedef {object} Statement
 * @property {string} text
 * @property {Template[]} values
 *
 * A value of a statement. A list of texts and names: the names stand for what is different in each request.
 * @typedef {{ always: unknown } | { each: Template[] } | { parts: (string | { name: string })[] }} Template
 */

/** @returns {unknown[]} what a pool runs, in order; emptied by who reads it */
export function record(pool) {
  const seen = []
  pool.on('connect', (client) => {
    const query = client.query.bind(client)
    client.query = (text, values, ...rest) => {
      seen.push({ text, values: values ?? [] })
      return query(text, values, ...rest)
    }
  })
  return seen
}

/**
 * @param {{ text: string, values: unknown[] }[]} seen
 * @param {Record<string, string>} about names, and what they were in the request that was seen
 * @returns {Statement[]}
 */
export function templates(seen, about) {
  const names = Object.keys(about).filter((name) => about[name])
  const pattern = new RegExp(`(${names.map((name) => literally(about[name])).join('|')})`)
  const nameOf = new Map(names.map((name) => [about[name], name]))
  const template = (value) => {
    if (Array.isArray(value)) return { each: value.map(template) }
    if (value === null || typeof value === 'boolean') return { always: value }
    const text = typeof value === 'object' ? JSON.stringify(value) : String(value)
    const parts = names.length === 0 ? [text] : text.split(pattern).filter((part) => part !== '')
    if (!parts.some((part) => nameOf.has(part))) return { always: typeof value === 'object' ? text : value }
    return { parts: parts.map((part) => (nameOf.has(part) ? { name: nameOf.get(part) } : part)) }
  }
  return seen.map(({ text, values }) => ({ text, values: values.map(template) }))
}

function literally(text) {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}

function fill(template, about) {
  if ('always' in template) return template.always
  if ('each' in template) return template.each.map((one) => fill(one, about))
  return template.parts.map((part) => (typeof part === 'string' ? part : about[part.name])).join('')
}

/**
 * Runs statements one after the other: on one connection where they are a transaction.
 *
 * @param {import('pg').Pool} pool
 * @param {Statement[]} statements
 * @returns {(subject: Record<string, string>) => Promise<void>}
 */
export function runner(pool, statements) {
  const isTransaction = statements.some(({ text }) => /^(begin|start transaction)/i.test(text))
  return async (subject) => {
    if (!isTransaction) return run(pool, statements, { ...subject })
    const client = await pool.connect()
    // A connection whose transaction has failed is of no use to the next one.
    let failure
    try {
      await run(client, statements, { ...subject })
    } catch (error) {
      failure = error
      throw error
    } finally {
      client.release(failure)
    }
  }
}

async function run(on, statements, about) {
  for (const { text, values } of statements) {
    const filled = values.map((one) => fill(one, about))
    let found = (await on.query(text, filled)).rows[0]
    // Somebody else was changing the group: scimkit asks again, and so does everybody.
    while (found?.m_fresh === false) found = (await on.query(text, filled)).rows[0]
    if (found === undefined) continue
    // What the request did not say, its row does.
    about.id ??= found.m_id
    about.userName ??= found.c_user_name
    about.externalId ??= found.c_external_id
    about.version = found.m_version
  }
}
