import type { ClientOptions } from '../api/client-options.js';
import type { LimioClient } from '../api/create-limio-client.js';
import type { LimioReader } from '../api/create-limio-reader.js';
import { readCredentials } from '../config/read-credentials.js';
import { escapeTerminal } from '../render/escape-terminal.js';
import type { CliIo, CommonOptions } from './cli-io.js';
import type { Workspace } from './load-project.js';
import { rememberSecret } from './secrets.js';
import { SYSTEM_CLOCK } from './system-clock.js';

/** A client that can only read; Ctrl-C cuts it off at once. */
export async function openReader(io: CliIo, workspace: Workspace, options: CommonOptions): Promise<LimioReader> {
  const { createLimioReader } = await import('../api/create-limio-reader.js');
  return createLimioReader({ ...chooseClientOptions(io, workspace, options), signal: io.signal });
}

/** A client that can write. No signal: after Ctrl-C the write in flight is still read back. */
export async function openClient(io: CliIo, workspace: Workspace, options: CommonOptions): Promise<LimioClient> {
  const { createLimioClient } = await import('../api/create-limio-client.js');
  return createLimioClient(chooseClientOptions(io, workspace, options));
}

function chooseClientOptions(io: CliIo, { environment, root }: Workspace, options: CommonOptions): ClientOptions {
  const { clientId, clientSecret } = readCredentials(environment, { variables: io.env, root });
  rememberSecret(clientSecret);
  return {
    baseUrl: environment.baseUrl,
    credentials: { clientId, clientSecret },
    dialect: environment.dialect,
    clock: SYSTEM_CLOCK,
    random: Math.random,
    onRetry: ({ method, path, attempt, delayMs, reason }) => {
      if (!options.debug) return;
      io.stderr.write(`retry: ${method} ${escapeTerminal(path)}: ${escapeTerminal(reason)}, attempt ${attempt}, again in ${Math.round(delayMs)} ms\n`);
    },
  };
}
