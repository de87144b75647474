import type { Kind } from '../model/address.js';
import type { Clock } from '../model/async.js';
import type { Dialect } from '../model/dialect.js';
import type { LiveApi } from '../model/live-api.js';
import type { EventSink, PageOutcome } from '../model/outcome.js';
import type { PublishPage } from '../model/plan.js';
import type { KindDriver } from '../model/resource.js';
import type { Journal } from '../model/run.js';

/** What an apply is handed. Consent to touch a protected environment at all is the command's business. */
export interface ApplyContext {
  api: LiveApi;
  drivers: Record<Kind, KindDriver>;
  clock: Clock;
  emit: EventSink;
  consents: Consents;
  dialect: Dialect;
  /** The command that a person types to go on after a failure; hints name it. */
  again: string;
  /** `publishPages` of the publish folder: handed in, because only the command joins the parts. */
  publishPages: PublishPages;
  /** Where every step is written down before and after it happens. Absent: nowhere, and no way back. */
  journal?: Journal;
  /** Aborted: writes in flight are finished and read back, nothing new is started. */
  signal?: AbortSignal;
  /** Objects read or written at the same time; 4 when absent. */
  concurrency?: number;
}

/**
 * Flag -> the value given with it: `--allow-delete` -> `3`. A guard is lifted when it asks for exactly
 * that, so a larger plan never rides on an old consent.
 */
export type Consents = ReadonlyMap<string, string>;

export type PublishPages = (
  pages: readonly PublishPage[],
  context: Pick<ApplyContext, 'api' | 'clock' | 'emit' | 'dialect' | 'again' | 'signal'> & { environment: string },
) => Promise<PageOutcome[]>;
