import type { Json } from '../model/json.js';
import type { Plan } from '../model/plan.js';
import { hashJson } from './hash-json.js';

/**
 * SHA-256 over what a plan would do. Left out is what makes no difference to that: who made it and
 * from which commit, and where a resource stands in the files.
 */
export function makeFingerprint(plan: Partial<Plan> & Pick<Plan, 'changes'>): string {
  const { toolVersion: _toolVersion, commit: _commit, filesHash: _filesHash, fingerprint: _fingerprint, ...content } = plan;
  const changes = content.changes.map(({ source: _source, ...change }) => change);
  return hashJson({ ...content, changes } as unknown as Json);
}
