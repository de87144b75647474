import type { Address } from './address.js';
import type { Json } from './json.js';

/** `unknown`: the check could not decide, or depends on one that could not. */
export type FindingStatus = 'ok' | 'warning' | 'problem' | 'unknown';

/** What one check of `doctor` found. */
export interface DoctorFinding {
  status: FindingStatus;
  /** One sentence. */
  message: string;
  /** What was seen, a line each. */
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
  /** Where the settings were written; absent when nothing was learned or it could not be written. */
  file?: string;
  learned: {
    setting: string;
    value: Json;
    how: string;
    /** The other value in limio.config, which wins. */
    overruledBy?: Json;
  }[];
  notLearned: { setting: string; why: string }[];
  canaries: {
    address: Address;
    restored: boolean;
    /** Where it still differs by our doing. */
    left: string[];
    /** Where somebody else changed it meanwhile. */
    foreign: string[];
    /** The file that holds the object as it was. */
    saved: string;
    failure?: string;
  }[];
  interrupted: boolean;
}

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
export interface LearnedJourneyCodec {
  kind: 'limio-sync/learned-journey-codec';
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
