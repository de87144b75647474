import { DEFAULT_DIALECT } from '../../model/dialect.js';
import { formatPointer } from '../../model/pointer.js';
import type { Problem } from '../../model/problem.js';
import { ignoreFields } from '../../plan/ignore-fields.js';
import { createKindRules } from '../../resources/registry.js';
import { makeProblem } from '../../source/make-problem.js';
import type { Validation } from './load-project.js';

/** What the files declare in vain, since the configuration gives it to the app or the server: once for each place. */
export function warnOwned({ environments, files, check }: Pick<Validation, 'environments' | 'files' | 'check'>): Problem[] {
  const kinds = createKindRules(DEFAULT_DIALECT);
  const found = new Map<string, { problem: Problem; where: string[] }>();
  for (const environment of environments) {
    const { name, ignore, ownership } = environment;
    if (ownership.app.length + ownership.server.length === 0) continue;
    const { resources, findOrigin } = check(files, [environment]);
    for (const { address, path, owner } of ignoreFields(resources, ignore, kinds, ownership).owned) {
      const at = findOrigin(address, formatPointer(path))?.keyPosition ?? { file: '', line: 1, col: 1 };
      const message = `What the file says has no effect: by "ownership" of the configuration the ${owner} owns this ${path.length === 0 ? 'object' : 'field'}`;
      const problem = makeProblem('OWNED_ELSEWHERE', at, message, { hint: 'Take it out of the file, or name it in ownership.git.' });
      const key = JSON.stringify([at.file, at.line, at.col, message]);
      const known = found.get(key) ?? { problem, where: [] };
      found.set(key, { ...known, where: [...new Set([...known.where, name])] });
    }
  }
  return [...found.values()].map(({ problem, where }) => ({ ...problem, message: `${problem.message}${where.length === environments.length ? '' : ` in ${where.join(', ')}`}.` }));
}
