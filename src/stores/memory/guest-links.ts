import type { GuestLinkStore, StoredGuestLink } from '../guest-links.js'

/** Links of guests in this process's memory. */
export function memoryGuestLinks(): GuestLinkStore {
  const links = new Map<string, StoredGuestLink>()
  return {
    async add(link) {
      links.set(link.id, link)
    },
    list: async (tenant, connection) =>
      [...links.values()]
        .filter((one) => one.tenant === tenant && (connection === undefined || one.connection === connection))
        .reverse(),
    async exchange(digest, session, now) {
      for (const link of links.values()) {
        if (link.digest !== digest || link.session !== undefined) continue
        if (link.revoked !== undefined || link.expires <= now) return undefined
        const opened = { ...link, session, opened: now }
        links.set(link.id, opened)
        return opened
      }
      return undefined
    },
    ofSession: async (session) => [...links.values()].find((link) => link.session === session),
    async revoke(tenant, id, now) {
      const link = links.get(id)
      if (!link || link.tenant !== tenant) return false
      links.set(id, { ...link, revoked: link.revoked ?? now })
      return true
    },
  }
}
