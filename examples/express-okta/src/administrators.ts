import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import express, { type Router } from 'express'

const given = process.env.ADMIN_PASSWORD
const password = given || randomBytes(12).toString('base64url')
/** For the line at the start; one from outside is known there, and has no place in a log. */
export const shownPassword = given ? 'the value of ADMIN_PASSWORD' : password

const companyBySession = new Map<string, string>()

/** The company whose administrator sent a request, by the cookie of their session. */
export function companyOfAdministrator(cookies: string | undefined): string | undefined {
  const [, session = ''] = /(?:^|; )session=([\w-]{43})(?:;|$)/.exec(cookies ?? '') ?? []
  return companyBySession.get(session)
}

function isPassword(text: unknown): boolean {
  const digest = (value: string) => createHash('sha256').update(value).digest()
  return typeof text === 'string' && timingSafeEqual(digest(text), digest(password))
}

/** Where administrators sign in. A real service has people with passwords of their own here, or its single sign-on. */
export function administrators(companies: readonly string[]): Router {
  const router = express.Router()
  const options = companies.map((company) => `<option>${company}</option>`).join('')

  router.get('/', (_req, res) => {
    res.type('html').send(`<!doctype html><html lang="en"><title>Sign in</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>body { font: 1rem/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 20rem; padding: 0 1rem }
label, select, input, button { display: block; font: inherit; width: 100%; margin: 0 0 .75rem }</style>
<h1>Sign in</h1><form method="post"><label>Company <select name="company">${options}</select></label>
<label>Password <input name="password" type="password" autocomplete="current-password"></label>
<button>Sign in</button></form></html>`)
  })

  router.post('/', express.urlencoded({ extended: false }), (req, res) => {
    const company = companies.find((one) => one === req.body?.company)
    if (company === undefined || !isPassword(req.body?.password)) {
      res.status(403).type('text').send('That is not the password.')
      return
    }
    const session = randomBytes(32).toString('base64url')
    companyBySession.set(session, company)
    res.cookie('session', session, { httpOnly: true, sameSite: 'lax' })
    res.redirect(303, '/settings/scim')
  })
  return router
}
