import type { Environment } from '../../config/environments.js';
import { createKindRules } from '../../kinds/kinds.js';
import type { Address } from '../../model/address.js';
import { DEFAULT_DIALECT } from '../../model/dialect.js';
import { formatPointer } from '../../model/json.js';
import type { Position, Problem } from '../../model/problem.js';
import { ignoreFields, type OwnedPart } from '../../plan/managed.js';
import { makeProblem } from '../../source/problems.js';
import type { ValidatedSources } from '../../source/source.js';
import type { Validation } from './load-project.js';

/**
 * What the files declare in vain, since the configuration gives it to the app or the server in every
 * environment that reads it: once for each place. What one environment heeds is not in vain.
 */
export function warnOwned({
  environments,
  files,
  check,
}: Pick<Validation, 'environments' | 'files' | 'check'>): Problem[] {
  if (environments.every(({ ownership }) => ownership.app.length + ownership.server.length === 0)) return [];
  const views = environments.map((environment) => viewOwned(environment, check(files, [environment])));
  const found = new Map<string, { problem: Problem; where: string[] }>();
  for (const { name, parts } of views) {
    for (const [key, { address, path, owner, at }] of parts) {
      if (views.some((other) => !other.parts.has(key) && formatPlace(other.findPlace(address, path)) === key)) continue;
      const message = `What the file says has no effect: by "ownership" of the configuration the ${owner} owns this ${path.length === 0 ? 'object' : 'field'}`;
      const problem = makeProblem('OWNED_ELSEWHERE', at, message, {
        hint: 'Take it out of the file, or name it in ownership.git.',
      });
      found.set(key, { problem, where: [...(found.get(key)?.where ?? []), name] });
    }
  }
  return [...found.values()].map(({ problem, where }) => ({
    ...problem,
    message: `${problem.message}${where.length === environments.length ? '' : ` in ${where.join(', ')}`}.`,
  }));
}

interface OwnedView {
  name: string;
  /** By the place of the key. */
  parts: ReadonlyMap<string, OwnedPart & { at: Position }>;
  findPlace: (address: Address, path: readonly string[]) => Position | undefined;
}

function viewOwned({ name, ignore, ownership }: Environment, { resources, findOrigin }: ValidatedSources): OwnedView {
  const findPlace: OwnedView['findPlace'] = (address, path) => findOrigin(address, formatPointer(path))?.keyPosition;
  const { owned } = ignoreFields(resources, ignore, createKindRules(DEFAULT_DIALECT), ownership);
  const parts = owned.flatMap((part): [string, OwnedPart & { at: Position }][] => {
    const at = findPlace(part.address, part.path);
    return at ? [[formatPlace(at), { ...part, at }]] : [];
  });
  return { name, parts: new Map(parts), findPlace };
}

function formatPlace(at: Position | undefined): string {
  return at ? `${at.file}:${at.line}:${at.col}` : '';
}
