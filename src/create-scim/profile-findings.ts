import type { Profile } from '../idp/index.js'
import type { Finding } from '../stores/index.js'

/** What a profile refuses of that which known clients send: a warning for each. */
export function profileFindings({ name, requirements }: Profile): readonly Finding[] {
  return requirements.flatMap(({ refuses = {} }) =>
    Object.entries(refuses).map(
      ([client, what]): Finding => ({
        code: 'profile-refuses',
        severity: 'warning',
        where: 'option profile',
        message: `the profile ${name} refuses what ${client} sends: ${what}`,
        why: 'Each such request is answered with 400, and what it says is not done, a deactivation neither',
        fix: 'Give it, by a function of the caller, only to tenants whose identity provider follows the profile',
      }),
    ),
  )
}
