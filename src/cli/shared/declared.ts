import { spawnSync } from 'node:child_process';
import { KIND_DEFINITIONS } from '../../kinds/kinds.js';
import { type Address, parseAddress } from '../../model/address.js';
import type { AppliedState } from '../../model/drift.js';
import type { PlanContext } from '../../plan/plan-context.js';

/** For all questions to git together. What is not found by then counts as never declared, which asks a person. */
const MAX_SEARCH_MS = 15_000;

/**
 * Whether this repository ever declared an object, and where that shows: in the snapshot of the last apply, else in the
 * history of git. A checkout without both knows nothing, and without a commit no process of git is started.
 */
export function createDeclaredFinder(
  root: string,
  commit: string | undefined,
  loadState: () => AppliedState | undefined,
): PlanContext['findDeclared'] {
  let loaded: { state: AppliedState | undefined } | undefined;
  let leftMs = commit === undefined ? 0 : MAX_SEARCH_MS;
  return (address) => {
    const { state } = (loaded ??= { state: loadState() });
    const inSnapshot = state && findInSnapshot(state, address);
    if (inSnapshot !== undefined || leftMs <= 0) return inSnapshot;
    const start = performance.now();
    const found = findInHistory(root, address, Math.ceil(leftMs));
    leftMs -= performance.now() - start;
    return found;
  };
}

function findInSnapshot({ objects, last }: AppliedState, address: Address): string | undefined {
  const entry = Object.hasOwn(objects, address) ? objects[address] : undefined;
  if (!entry) return undefined;
  if (entry.open) return 'declared until an earlier run';
  return `declared until the ${last.run === undefined ? `apply of ${last.at}` : `run ${last.run}`}`;
}

/** A line at the start of a YAML file or document that names the object, in any commit that leads to this one. */
function findInHistory(root: string, address: Address, timeout: number): string | undefined {
  const { kind, name } = parseAddress(address);
  const { identityKey } = KIND_DEFINITIONS[kind];
  const quoted = name.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  const line = `^["']?${identityKey}["']?:[[:space:]]+["']?${quoted}["']?[[:space:]]*(#.*)?$`;
  const search = ['log', '-1', '--format=%h', '-G', line, ...(kind === 'promo_code' ? ['-i'] : [])];
  // A repository's own settings must not make git run a program.
  const settings = ['-c', 'core.fsmonitor=false', '-c', 'log.showSignature=false'];
  const { status, stdout } = spawnSync('git', [...settings, ...search, 'HEAD', '--', '*.yaml', '*.yml'], {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    timeout,
  });
  const commit = status === 0 ? stdout.trim() : '';
  return commit === '' ? undefined : `see the commit ${commit}`;
}
