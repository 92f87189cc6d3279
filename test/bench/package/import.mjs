// How long an import takes at the start of a process, over a process that imports nothing.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { median } from '../statistics.mjs'
import { check, startUp } from '../targets.mjs'

const cwd = fileURLToPath(new URL('..', import.meta.url))

/**
 * @typedef {object} ImportRow
 * @property {string} name
 * @property {number} milliseconds for the whole process
 * @property {number} over the process that imports nothing
 * @property {import('../targets.mjs').Check[]} checks
 */

/**
 * @param {import('../options.mjs').Options} options
 * @returns {ImportRow[]}
 */
export function measureImport({ quick, peersOnly }) {
  const programs = { nothing: '', scimmy: "import 'scimmy'" }
  if (!peersOnly) {
    programs.scimkit = "import 'scimkit'"
    programs['scimkit and scimkit/express'] = "import 'scimkit'; import 'scimkit/express'"
  }
  const names = Object.keys(programs)
  const times = Object.fromEntries(names.map((name) => [name, []]))
  const rounds = quick ? 5 : 15
  // The first round fills the disk cache.
  for (let round = -1; round < rounds; round++) {
    for (const name of names) {
      const milliseconds = timeToRun(programs[name])
      if (round >= 0) times[name].push(milliseconds)
    }
  }
  return names.map((name) => {
    const over = median(times[name].map((time, round) => time - times.nothing[round]))
    const checks = name.startsWith('scimkit')
      ? [check('over nothing', over, ' ms', { atMost: startUp.milliseconds })]
      : []
    return { name, milliseconds: median(times[name]), over, checks }
  })
}

function timeToRun(program) {
  const start = process.hrtime.bigint()
  const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', program], {
    cwd,
    encoding: 'utf8',
  })
  const milliseconds = Number(process.hrtime.bigint() - start) / 1e6
  if (status !== 0) throw new Error(`"${program}" failed: ${stderr}`)
  return milliseconds
}
