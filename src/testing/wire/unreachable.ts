import { CannotVerify } from './failure.js'
import type { NoReply } from './session.js'

const untrusted =
  /^(?:DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_\w+|CERT_\w+|ERR_TLS_CERT_ALTNAME_INVALID|HOSTNAME_MISMATCH)$/
/** The connection ended before the reply did. */
const isCut = /^(?:UND_ERR_SOCKET|ECONNRESET|EPIPE)$/
const noTls = /^(?:EPROTO|ERR_SSL_\w+)$/

/** Why there was no reply, in a sentence for the person who has given the URL. */
export function unreachable(baseUrl: string, error: NoReply): CannotVerify {
  const { host, port, protocol } = new URL(baseUrl)
  return new CannotVerify(sentence(), { cause: error })

  function sentence(): string {
    const { code, message } = error
    if (code === undefined && message.startsWith('no reply')) return `${baseUrl} gave ${message}`
    if (code === 'ECONNREFUSED')
      return `nothing listens at ${host}: the connection was refused (is the server running, and on port ${port || (protocol === 'https:' ? 443 : 80)}?)`
    if (code === 'ENOTFOUND' || code === 'EAI_AGAIN')
      return `there is no host ${host}: its name was not found (${code})`
    if (code !== undefined && untrusted.test(code))
      return `the TLS certificate of ${host} is not trusted (${code}): have it issued by a known authority, or name the file of your own authority in NODE_EXTRA_CA_CERTS`
    if (code !== undefined && noTls.test(code))
      return `${host} does not speak TLS here (${code}): is the URL http:// and not https://?`
    if (code !== undefined && isCut.test(code))
      return `${host} closes the connection before its reply is complete (${code}): is it a server of HTTP, and not cut off by a proxy?`
    if (code?.startsWith('Z_'))
      return `${baseUrl} answers with a Content-Encoding that its body does not have (${code})`
    return `${baseUrl} cannot be reached: ${message}`
  }
}
