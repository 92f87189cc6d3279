import type { PortalOptions, PortalVariables } from './options.js'

/** The host's variables as a style sheet. @throws TypeError for what is no variable or no value of one. */
export function themeStyle({ light, dark }: NonNullable<PortalOptions['theme']> = {}): string {
  const rules = [
    light && `:root{${declarations('theme.light', light)}}`,
    dark && `@media (prefers-color-scheme:dark){:root{${declarations('theme.dark', dark)}}}`,
  ]
  return rules.filter(Boolean).join('\n')
}

function declarations(option: string, variables: PortalVariables): string {
  return Object.entries(variables)
    .map(([name, value]) => {
      if (!/^[a-z][a-z-]{0,40}$/.test(name))
        throw new TypeError(`createPortal: ${option} must name variables, such as accent`)
      // What could end the declaration or fetch something is no value.
      if (
        typeof value !== 'string' ||
        !/^[\w#%.,()'" +/-]{1,200}$/.test(value) ||
        /url|image|\/\*/i.test(value)
      )
        throw new TypeError(`createPortal: ${option}.${name} must be a value of CSS, such as #0a7 or 4px`)
      return `--portal-${name}:${value}`
    })
    .join(';')
}
