import type { LiveReader } from '../model/live-api.js';
import type { Plan } from '../model/plan.js';
import { makePlan } from '../plan/make-plan.js';
import type { Project } from './load-project.js';
import { readCommit } from './read-commit.js';
import { readToolVersion } from './tool-version.js';

/** The plan of a repository for its environment. Takes a reader: nothing here can write. */
export function planProject(reader: LiveReader, { root, environment, desired }: Project): Promise<Plan> {
  const { name, host, scope, dialect } = environment;
  const commit = readCommit(root);
  return makePlan(reader, desired, {
    environment: name,
    host,
    protected: environment.protected,
    scope,
    dialect,
    toolVersion: readToolVersion(),
    ...(commit === undefined ? {} : { commit }),
  });
}
