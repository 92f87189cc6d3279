/** Called once when the server starts, and not when it is built. */
export function register(): void {
  if (process.env.NEXT_RUNTIME === 'nodejs' && !process.env.SCIM_TOKEN) {
    console.error(
      'SCIM_TOKEN is not set. It is the API token that Okta sends: SCIM_TOKEN=$(openssl rand -hex 32) npm start',
    )
    process.exit(1)
  }
}
