import { type CallRest, createRestClient } from '../../ci/rest.js';
import type { Clock } from '../../model/async.js';
import { escapeTerminal } from '../../render/escape.js';
import type { CliIo } from '../cli-io.js';
import { SYSTEM_CLOCK } from '../system-clock.js';

/** Time and chance for the calls of a code host; tests hand in their own. */
export interface CiTools {
  clock: Clock;
  random: () => number;
}

export const SYSTEM_CI_TOOLS: CiTools = { clock: SYSTEM_CLOCK, random: Math.random };

/** A client that says on stderr why it waits. */
export function openCodeHost(
  io: CliIo,
  { clock, random }: CiTools,
  host: { name: string; baseUrl: string; headers: Readonly<Record<string, string>> },
): CallRest {
  return createRestClient({
    ...host,
    clock,
    random,
    signal: io.signal,
    onWait: (why, ms) => void io.stderr.write(`${escapeTerminal(why)}; again in ${Math.ceil(ms / 1000)} s\n`),
  });
}
