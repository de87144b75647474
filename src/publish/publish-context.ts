import type { Clock } from '../model/async.js';
import type { Dialect } from '../model/dialect.js';
import type { LiveApi } from '../model/live-api.js';
import type { EventSink } from '../model/outcome.js';

export interface PublishContext {
  api: Pick<LiveApi, 'startBuild' | 'publish'>;
  clock: Clock;
  emit: EventSink;
  dialect: Pick<Dialect, 'publish'>;
  environment: string;
  /** The command that a person types to go on. */
  again: string;
  /** Aborted: calls in flight are finished, no build and no attempt is started. */
  signal?: AbortSignal;
  /** One build for all pages instead of one for each; one broken page then fails them all. */
  batch?: boolean;
  /** Pages in flight at the same time; 4 when absent. */
  concurrency?: number;
}
