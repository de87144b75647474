import type { Json } from './json.js';

/** Which journey to build so that the wire form of its elements can be learned. */
export interface JourneyGuideDocument {
  kind: 'limio-sync/journey-guide';
  formatVersion: 1;
  environment: string;
  host: string;
  journey: string;
  branches: { type: string; title: string; ask: string }[];
  /** Two tag paths, or none where the tenant has too few pages. */
  destinations: string[];
  skipped: readonly { type: string; why: string }[];
}

/** What `doctor --learn-journeys` learned of a journey that was built by the guide. */
export interface JourneyLesson {
  kind: 'limio-sync/journey-lesson';
  formatVersion: 1;
  environment: string;
  host: string;
  journey: string;
  /** Where it was written; absent when nothing was learned. */
  file?: string;
  learned: { side: 'conditions' | 'actions'; type: string; template: Json }[];
  notLearned: { type: string; why: string }[];
  /** Journeys of the tenant, their conditions and actions, and how many of those have a typed form. */
  proof: { journeys: number; elements: number; typed: number };
  /** limio.config says `journeyCodec: 'assumed'`, which wins. */
  overruled: boolean;
}
