import type { Endpoint } from '../operations/index.js'
import { HostFault, ScimError } from '../protocol/index.js'
import type { Finding } from '../stores/index.js'

/** For how long requests are refused without another look, in milliseconds, where the stores cannot work. */
const recheckAfter = 10_000

/** What {@link Scim.ready} throws: every error of the check, with what mends it. */
export class CheckError extends HostFault {
  override readonly name = 'CheckError'

  constructor(readonly findings: readonly Finding[]) {
    const lines = findings.map(({ where, message, why, fix }) => `- ${where}: ${message}. ${why}. ${fix}`)
    super(`The service cannot work with its stores:\n${lines.join('\n')}`)
  }
}

/** How a service is checked. */
export interface CheckOptions {
  /** What is found in the configuration itself. */
  readonly configured: readonly Finding[]
  /** Whether requests wait for it. */
  readonly isRequired: boolean
  /** Receives each warning once. */
  readonly warn: (finding: Finding) => void
  /** Receives an error that the client does not see, and returns its id. */
  readonly report: (error: unknown) => string
}

/** The check of a service's stores, and whether requests may reach them. */
export class ServiceCheck {
  private isAdmitting: boolean
  private running: Promise<void> | undefined
  private refusal: { readonly error: ScimError; readonly text: string; readonly until: number } | undefined
  private readonly warned = new Set<string>()
  private readonly subjects = new Set<string>()

  constructor(
    private readonly endpoints: readonly Endpoint[],
    private readonly options: CheckOptions,
  ) {
    this.isAdmitting = !options.isRequired || endpoints.every(({ store }) => !store.check)
  }

  /** What all stores find. @throws ScimError 503 while that cannot be told. */
  async findings(mayReuse = false): Promise<readonly Finding[]> {
    const found = await Promise.all(
      this.endpoints.map(async ({ type, store }) => {
        const context = { resourceType: type, types: this.endpoints, mayReuse }
        const findings = (await store.check?.(context)) ?? []
        return findings.map((finding) => ({ ...finding, where: `${optionOf(type.name)}: ${finding.where}` }))
      }),
    )
    return [...this.options.configured, ...found.flat()]
  }

  /** @throws CheckError for errors; ScimError 503 while that cannot be told. */
  async ready(): Promise<void> {
    const findings = await this.findings()
    this.warn(findings)
    const errors = errorsIn(findings)
    if (errors.length > 0) throw new CheckError(errors)
    this.admitAll()
  }

  /** What a request waits for; undefined where it need not. Rejected with what the client is told. */
  admit(): Promise<void> | undefined {
    if (this.isAdmitting) return undefined
    if (this.refusal && Date.now() < this.refusal.until) return Promise.reject(this.refusal.error)
    // One check for all requests that come meanwhile.
    this.running ??= this.run().finally(() => {
      this.running = undefined
    })
    return this.running
  }

  private async run(): Promise<void> {
    let findings = await this.findings(true)
    // What another check has read may have been mended since: nothing is refused without a look.
    if (errorsIn(findings).length > 0) findings = await this.findings(false)
    this.warn(findings)
    const errors = errorsIn(findings)
    if (errors.length === 0) return this.admitAll()
    throw this.refuse(new CheckError(errors))
  }

  private admitAll(): void {
    this.isAdmitting = true
    this.refusal = undefined
  }

  /** The error for every request until the next check; the host is told once of the same errors. */
  private refuse(fault: CheckError): ScimError {
    const known = this.refusal?.text === fault.message ? this.refusal.error : undefined
    const error =
      known ??
      new ScimError(
        500,
        undefined,
        `The service is not set up as it must be; its log has what to do under ${this.options.report(fault)}`,
      )
    this.refusal = { error, text: fault.message, until: Date.now() + recheckAfter }
    return error
  }

  /** Says the warnings about something that requests show, at the first of them. */
  warnOnce(subject: string, findings: () => readonly Finding[]): void {
    if (!this.options.isRequired || this.subjects.has(subject)) return
    this.subjects.add(subject)
    this.warn(findings())
  }

  /** Says warnings, each once. */
  warn(findings: readonly Finding[]): void {
    for (const finding of findings) {
      if (finding.severity !== 'warning') continue
      const key = JSON.stringify([finding.code, finding.where, finding.message])
      if (this.warned.has(key)) continue
      this.warned.add(key)
      try {
        this.options.warn(finding)
      } catch (error) {
        this.options.report(error)
      }
    }
  }
}

function errorsIn(findings: readonly Finding[]): readonly Finding[] {
  return findings.filter(({ severity }) => severity === 'error')
}

/** The option of `createScim` that a resource type's store is given by. */
function optionOf(name: string): string {
  if (name === 'User') return 'users'
  return name === 'Group' ? 'groups' : `resourceTypes (${name})`
}
