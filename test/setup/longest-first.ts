import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** A suite that takes long and starts last would be waited for by the other cores. */
const longest = [
  'examples/okta',
  'cli/data',
  'types/types',
  'examples/hono',
  'readme',
  'stores/contract',
  'portal/accessibility',
  'cli/verify/verify',
  'fuzz/fuzz',
  'model/databases',
  'wire/suite',
  'operations/groups/streaming',
  'stores/kysely/equivalence',
]
/** Those that run programs wait for them, while others compute; those that need nothing fill what is left. */
const projects = ['matrix', 'programs', 'services', 'quick', 'quick-with-mocks']

export class LongestFirst extends BaseSequencer {
  override async sort(specifications: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId, project }: TestSpecification) => {
      const index = longest.findIndex((name) => moduleId.endsWith(`/test/${name}.test.ts`))
      return projects.indexOf(project.name) * 100 + (index === -1 ? longest.length : index)
    }
    return (await super.sort(specifications)).sort((a, b) => rank(a) - rank(b))
  }
}
