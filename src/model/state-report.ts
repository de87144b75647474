import type { LastApply } from './drift.js';
import type { RunHead } from './run.js';

/** The result of `limio-sync state show`. */
export interface StateReport {
  kind: 'limio-sync/state-report';
  formatVersion: 1;
  /** `folder` without a shared store, too. */
  backend: string;
  /** False: everything is in `.limio` of this checkout. */
  shared: boolean;
  environments: EnvironmentState[];
}

/** What is known of one environment. What could not be read is absent, and a problem. */
export interface EnvironmentState {
  environment: string;
  host: string;
  place?: string;
  snapshot?: Pick<LastApply, 'command' | 'at' | 'run' | 'complete' | 'verified'>;
  runs: number;
  last?: { run: string; state: RunHead['state']; command?: string; at?: string; user?: string };
  /** Paths of the pages waiting to be published. */
  pending: string[];
  lock?: {
    /** Only of a shared lock. */
    id?: string;
    command: string;
    environment: string;
    since: string;
    user?: string;
    link?: string;
    expiresAt?: string;
  };
  problems: { code: string; message: string; hint?: string }[];
}

/** What `state pull`, `push`, `migrate` and `prune` did. */
export interface StateChange {
  kind: 'limio-sync/state-change';
  formatVersion: 1;
  command: 'pull' | 'push' | 'migrate' | 'prune';
  environments: {
    environment: string;
    host: string;
    place?: string;
    /** Where it was copied from. */
    from?: string;
    /** Ids of runs, `snapshot`, or keys of the store: what was copied, sent or removed. */
    done: string[];
    /** Left as it was, because the two sides differ, or because nobody may remove it. */
    refused: string[];
    /** Runs there are now. */
    runs?: number;
    /** The history of the store was removed. */
    squashed?: true;
  }[];
}
