import type { TenantEditCall } from '../tenant-edit-call.js';

/** Whether the call takes effect (`after`) or not (`before`) when its answer goes wrong. */
export type When = 'before' | 'after';

export type Refusals = 'path' | 'object' | 'error' | 'message' | 'number' | 'null' | 'mixed' | 'not-an-array';

export type Rewrite = 'trim' | 'upper-case' | 'reorder' | 'drop-key';

/** What goes wrong. docs/emulator.md describes each, with an example. */
export type Fault =
  | { fault: 'drop-connection'; when?: When }
  | { fault: 'cut-off'; when?: When }
  | { fault: 'no-answer'; when?: When; ms?: number }
  | {
      fault: 'status';
      when?: When;
      status: number;
      body?: 'json' | 'html' | 'empty';
      message?: string;
      retryAfter?: number | string;
      retryAfterAs?: 'seconds' | 'date';
    }
  | { fault: 'expired-token' }
  | { fault: 'wrong-body'; when?: When; body: 'html' | 'truncated' | 'empty' }
  | { fault: 'wrong-type'; contentType?: string }
  | { fault: 'slow'; ms?: number }
  | { fault: 'repeated-page'; skips?: boolean }
  | { fault: 'missing-page'; how?: 'empty' | 'end' }
  | { fault: 'expired-cursor' }
  | { fault: 'refused-items'; paths?: readonly string[]; shape?: Refusals }
  | { fault: 'lost-write' }
  | { fault: 'rewritten-value'; rewrite: Rewrite; key?: string }
  | { fault: 'edit'; when?: When; edit: 'target' | TenantEditCall }
  | { fault: 'failed-job'; reason?: string }
  | { fault: 'unfinished-job' }
  | { fault: 'unfinished-build' }
  | { fault: 'omitted-route'; route?: string; message?: string };

export type FaultName = Fault['fault'];

/**
 * Which requests a fault strikes. All that is given must hold; requests are counted from 1, per
 * rule, and only those that the rule's names match and the fault could act on.
 */
export interface FaultTrigger {
  /** What the log calls it. */
  name?: string;
  method?: string | readonly string[];
  /** Globs over the decoded path without query; `*` stands for any text, slashes included. */
  path?: string | readonly string[];
  /** Operation names, globs over them, or `read`, `write`, `list`. */
  operation?: string | readonly string[];
  nth?: number | readonly number[];
  /** Spares this many requests first. */
  after?: number;
  every?: number;
  /** Strikes this often, then never again. */
  times?: number;
  /** 0 to 1, decided by the schedule's seed. */
  probability?: number;
}

export type FaultRule = FaultTrigger & Fault;

/** The same schedule and the same requests in the same order give the same faults. */
export interface FaultSchedule {
  /** Of what is left to chance; 1 by default. */
  seed?: number;
  rules: readonly FaultRule[];
}
