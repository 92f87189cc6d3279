import type { ClientRegistry, FoundClient } from '../connections/index.js'
import type { ClientCredential } from './client-credential.js'
import { ClientLookup } from './client-lookup.js'
import { invalidRequest, refusedClient } from './oauth-error.js'

/** What the ids of clients look like: others are not looked for. */
const idForm = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/

/** Says which client a credential belongs to. */
export class ClientCheck {
  private readonly lookup = new ClientLookup()

  constructor(private readonly registry: ClientRegistry) {}

  /** @throws OAuthError `invalid_client` for a credential that is worth nothing. */
  async clientOf(credential: ClientCredential): Promise<FoundClient> {
    if (credential.kind === 'secret') return this.bySecret(credential)
    throw invalidRequest('Assertions are not supported')
  }

  private async bySecret({
    client,
    secret,
  }: Extract<ClientCredential, { kind: 'secret' }>): Promise<FoundClient> {
    // A slip of the hand is told by the secret's checksum, without a query.
    if (!this.registry.isSecret(secret)) throw refusedClient('secret')
    const found = await this.find(client)
    if (!(await this.registry.isSecretOf(found, secret))) throw refusedClient('secret', { found })
    this.lookup.remember(client)
    return found
  }

  /** @throws OAuthError where no such client is valid. */
  private async find(id: string): Promise<FoundClient> {
    const find = async () => {
      const found = await this.registry.find(id)
      return found ? [found] : []
    }
    const [found] = idForm.test(id) ? await this.lookup.find(id, find) : []
    if (!found) throw refusedClient('unknownClient')
    return found
  }
}
