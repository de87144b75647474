import type { Address } from './address.js';
import type { Json } from './json.js';

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
    /** limio.config says otherwise, and wins. */ overruledBy?: Json;
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
