import type { Address } from './address.js';
import type { Outcome, PageOutcome } from './outcome.js';

/** What apply and publish report while they run. Rendered as progress and written to the journal. */
export type RunEvent =
  | { type: 'phase'; phase: 'catalog' | 'publish' | 'promo-codes' | 'journeys' | 'deletes'; total: number }
  | { type: 'change-start'; address: Address }
  | { type: 'change-end'; outcome: Outcome }
  | { type: 'build-start'; page: string; items: string[] }
  | { type: 'publish-attempt'; page: string; attempt: number; attempts: number; waitingFor: string[] }
  | { type: 'page-end'; outcome: PageOutcome };

export type EventSink = (event: RunEvent) => void;
