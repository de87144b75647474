import type { LimioClient, LimioReader } from '../../api/client.js';
import type { ClientOptions } from '../../api/connection.js';
import type { RawApi } from '../../api/raw.js';
import { readCredentials } from '../../config/credentials.js';
import type { DialectProbe, OrderPreviewer, TenantProbe } from '../../model/probes.js';
import { escapeTerminal } from '../../render/escape.js';
import { type CliIo, type CommonOptions, SYSTEM_CLOCK } from './io.js';
import { rememberSecret } from './secrets.js';
import type { Workspace } from './workspace.js';

const LONGEST_REQUEST_MS = 60_000;

/** A pause from this long on is told without --debug: it looks as if the program hung. */
const LONG_PAUSE_MS = 5_000;

/** A client that can only read; Ctrl-C cuts it off at once. */
export async function openReader(io: CliIo, workspace: Workspace, options: CommonOptions): Promise<LimioReader> {
  const { createLimioReader } = await import('../../api/client.js');
  return tellRepeated(
    io,
    options,
    createLimioReader({ ...chooseClientOptions(io, workspace, options), signal: io.signal }),
  );
}

/** A client that can only read and tells how the tenant answers; Ctrl-C cuts it off at once. */
export async function openProbe(
  io: CliIo,
  workspace: Workspace,
  options: CommonOptions,
): Promise<TenantProbe & LimioReader> {
  const { createTenantProbe } = await import('../../api/client.js');
  return tellRepeated(
    io,
    options,
    createTenantProbe({ ...chooseClientOptions(io, workspace, options), signal: io.signal }),
  );
}

/** For `doctor --learn`. No signal: after Ctrl-C the object is still put back. Recognises journeys in any shape. */
export async function openDialectProbe(
  io: CliIo,
  workspace: Workspace,
  options: CommonOptions,
): Promise<DialectProbe & LimioReader> {
  const { createDialectProbe } = await import('../../api/client.js');
  const clientOptions = chooseClientOptions(io, workspace, options);
  return tellRepeated(
    io,
    options,
    createDialectProbe({ ...clientOptions, dialect: { ...clientOptions.dialect, journeyList: 'auto' } }),
  );
}

/** A client that reads and asks what orders cost; Ctrl-C cuts it off at once. */
export async function openPreviewer(
  io: CliIo,
  workspace: Workspace,
  options: CommonOptions,
): Promise<OrderPreviewer & LimioReader> {
  const { createOrderPreviewer } = await import('../../api/client.js');
  return tellRepeated(
    io,
    options,
    createOrderPreviewer({ ...chooseClientOptions(io, workspace, options), signal: io.signal }),
  );
}

/** A client that can write. After Ctrl-C the write in flight is still read back, and none is repeated. */
export async function openClient(io: CliIo, workspace: Workspace, options: CommonOptions): Promise<LimioClient> {
  const { createLimioClient } = await import('../../api/client.js');
  return tellRepeated(
    io,
    options,
    createLimioClient({ ...chooseClientOptions(io, workspace, options), hurry: io.signal }),
  );
}

/** Any call of the API. Ctrl-C cuts off what only reads. */
export async function openRaw(io: CliIo, workspace: Workspace, options: CommonOptions): Promise<RawApi> {
  const { openRawApi } = await import('../../api/raw.js');
  return tellRepeated(io, options, openRawApi({ ...chooseClientOptions(io, workspace, options), signal: io.signal }));
}

/** Says at the end how many requests had to be repeated: a tenant in trouble is worth knowing of. */
function tellRepeated<T extends Pick<LimioReader, 'stats' | 'close'>>(
  io: CliIo,
  { debug }: CommonOptions,
  client: T,
): T {
  const close = async (): Promise<void> => {
    await client.close();
    const { retries } = client.stats();
    if (retries > 0 && !debug)
      io.stderr.write(
        `${retries === 1 ? 'One request was' : `${retries} requests were`} repeated; --debug shows which.\n`,
      );
  };
  return { ...client, close };
}

function chooseClientOptions(
  io: CliIo,
  { environment, root, secrets }: Workspace,
  options: CommonOptions,
): ClientOptions {
  const { clientId, clientSecret } = readCredentials(environment, { variables: io.env, root });
  rememberSecret(clientSecret);
  return {
    baseUrl: environment.baseUrl,
    credentials: { clientId, clientSecret },
    secrets: [...secrets.values()],
    dialect: environment.dialect,
    clock: SYSTEM_CLOCK,
    random: Math.random,
    ...(options.timeout === undefined
      ? {}
      : { budgetMs: options.timeout * 1000, timeoutMs: Math.min(options.timeout * 1000, LONGEST_REQUEST_MS) }),
    onRetry: ({ method, path, attempt, delayMs, reason }) => {
      if (!options.debug && delayMs < LONG_PAUSE_MS) return;
      io.stderr.write(
        `retry: ${method} ${escapeTerminal(path)}: ${escapeTerminal(reason)}, attempt ${attempt}, again in ${Math.round(delayMs)} ms\n`,
      );
    },
  };
}
