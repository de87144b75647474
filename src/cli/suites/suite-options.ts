import type { CommonOptions } from '../cli-io.js';

/** Options that every suite understands. */
export interface SuiteOptions extends Omit<CommonOptions, 'format'> {
  env?: string;
  /** Whether to measure what is reached, where a suite can. */
  coverage?: boolean;
  /** Of prices: ask the tenant, too. */
  live?: true;
  /** False: not through the preview of partners. */
  partner?: boolean;
}
