import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from '../model/async.js';

export const SYSTEM_CLOCK: Clock = {
  now: () => Date.now(),
  sleep: (ms, signal) => delay(ms, undefined, signal ? { signal } : {}),
};
