import type { NextConfig } from 'next'

const config: NextConfig = {
  // A trailing slash is answered and not redirected: SCIM clients need not follow.
  skipTrailingSlashRedirect: true,
}

export default config
