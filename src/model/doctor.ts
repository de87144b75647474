import type { Address } from './address.js';
import type { Json } from './json.js';

/** `unknown`: the check could not decide, or depends on one that could not. */
export type FindingStatus = 'ok' | 'warning' | 'problem' | 'unknown';

/** What one check of `doctor` found. */
export interface DoctorFinding {
  status: FindingStatus;
  /** One sentence. */
  message: string;
  /** What the check saw, one line each. */
  evidence: string[];
  /** How to fix it. */
  advice?: string;
}

/** The result of `limio-sync doctor`. */
export interface DoctorReport {
  kind: 'limio-sync/doctor';
  formatVersion: 1;
  environment: string;
  host: string;
  summary: Record<FindingStatus, number>;
  /** In the order of the checks. */
  checks: ({ id: string; title: string } & DoctorFinding)[];
}

/** The result of `limio-sync doctor --learn`. */
export interface LearnReport {
  kind: 'limio-sync/learn';
  formatVersion: 1;
  environment: string;
  host: string;
  run: string;
  /** The file with the settings; absent if nothing was learned. */
  file?: string;
  learned: {
    setting: string;
    value: Json;
    how: string;
    /** The other value in limio.config, which takes precedence. */
    overriddenBy?: Json;
  }[];
  notLearned: { setting: string; reason: string }[];
  canaries: {
    address: Address;
    restored: boolean;
    /** JSON Pointers to changes of limio-sync that could not be undone. */
    notRestored: string[];
    /** JSON Pointers to concurrent changes by others, which are kept. */
    changedByOthers: string[];
    /** The file with the object as it was before the run. */
    savedFile: string;
    failure?: string;
  }[];
  interrupted: boolean;
}

/** The journey to build, from which `doctor --learn-journeys` learns the wire form of elements. */
export interface JourneyGuideDocument {
  kind: 'limio-sync/journey-guide';
  formatVersion: 1;
  environment: string;
  host: string;
  journey: string;
  branches: { type: string; title: string; ask: string }[];
  /** Two tag paths; empty if the tenant has too few pages. */
  destinations: string[];
  skipped: readonly { type: string; reason: string }[];
}

/** What `doctor --learn-journeys` learned from a journey that was built by the guide. */
export interface LearnedJourneyCodec {
  kind: 'limio-sync/learned-journey-codec';
  formatVersion: 1;
  environment: string;
  host: string;
  journey: string;
  /** The file with the templates; absent if nothing was learned. */
  file?: string;
  learned: { side: 'conditions' | 'actions'; type: string; template: Json }[];
  notLearned: { type: string; reason: string }[];
  /** All journeys of the tenant, their conditions and actions, and how many of these the templates decode. */
  proof: { journeys: number; elements: number; typed: number };
  /** limio.config has `journeyCodec: 'assumed'`, which takes precedence. */
  overridden: boolean;
}
