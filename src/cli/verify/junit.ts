import { type CaseResult, describeFailure } from '../../testing/wire/index.js'
import type { ProfileSummary, VerifySummary } from './summary.js'

/** What XML 1.0 cannot hold, also as a reference. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out.
const forbidden = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ud800-\udfff\ufffe\uffff]/gu

const references: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\n': '&#10;',
}

function escapeXml(text: string): string {
  return text.replaceAll(forbidden, '\ufffd').replaceAll(/[&<>"\n]/g, (one) => references[one] ?? one)
}

/** A summary as JUnit XML: a suite for each profile. What is optional, or not claimed, does not fail. */
export function asJunit({ profiles, cases, durationMs, startedAt }: VerifySummary): string {
  const suites = profiles.map((profile) => suite(profile, cases, startedAt))
  return `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="scimkit verify" time="${seconds(durationMs)}">
${suites.join('\n')}
</testsuites>
`
}

function suite(profile: ProfileSummary, all: readonly CaseResult[], startedAt: string): string {
  const cases = all.filter((one) => one.profile === profile.profile)
  const { required, optional } = profile
  const failures = profile.isClaimed ? required.failed : 0
  const skipped = required.skipped + optional.skipped
  const time = seconds(cases.reduce((sum, one) => sum + one.durationMs, 0))
  return `  <testsuite name="${profile.profile}" tests="${cases.length}" failures="${failures}" errors="0" skipped="${skipped}" time="${time}" timestamp="${startedAt.slice(0, 19)}">
${cases.map((one) => testCase(one, profile.isClaimed)).join('\n')}
  </testsuite>`
}

function testCase(result: CaseResult, isClaimed: boolean): string {
  const { id, name, profile, outcome, level, message = '', durationMs } = result
  const start = `    <testcase classname="scimkit.verify.${profile}" name="${escapeXml(`${id}: ${name}`)}" time="${seconds(durationMs)}"`
  if (outcome === 'passed') return `${start}/>`
  if (outcome === 'skipped') return `${start}><skipped message="${escapeXml(message)}"/></testcase>`
  const details = escapeXml(describeFailure(result))
  if (level === 'required' && isClaimed)
    return `${start}><failure message="${escapeXml(message)}">${details}</failure></testcase>`
  return `${start}><system-out>${details}</system-out></testcase>`
}

function seconds(milliseconds: number): string {
  return (milliseconds / 1000).toFixed(3)
}
