import type { LimioReader } from '../../api/api.js';
import type { ClientOptions } from '../../api/connection.js';
import type { RawApi } from '../../api/raw.js';
import { type Credentials, readCredentials } from '../../config/credentials.js';
import type { KindRules } from '../../kinds/kind-definition.js';
import { createKindRules } from '../../kinds/kinds.js';
import { hideInKinds } from '../../kinds/secrets/hide-in-kinds.js';
import { hideSecrets, revealSecrets } from '../../kinds/secrets/secrets.js';
import type { Kind } from '../../model/address.js';
import type { DialectProbe, OrderPreviewer, TenantProbe } from '../../model/doctor.js';
import type { LiveApi, LiveReader } from '../../model/live-api.js';
import { escapeTerminal } from '../../render/escape.js';
import { type CliIo, SYSTEM_CLOCK } from './io.js';
import type { TenantOptions } from './options.js';
import { rememberSecret } from './secrets.js';
import type { Workspace } from './workspace.js';

/** A tenant as a command reads it: nothing here can write, and bodies hold references in place of secrets. */
export interface Tenant {
  reader: LiveReader;
  /** The rules of the kinds under the tenant's dialect; they hide secrets as well. */
  kinds: Record<Kind, KindRules>;
}

export type ConnectionOptions = Pick<TenantOptions, 'debug' | 'timeout'>;

type Place = Pick<Workspace, 'environment' | 'root' | 'secrets' | 'variables'>;

type Use<C, T> = (client: C) => Promise<T>;

const LONGEST_REQUEST_MS = 60_000;

/** A pause from this long on is shown without --debug too: the program looks stuck. */
const LONG_PAUSE_MS = 5_000;

/** Opens a tenant for reading, and closes it however `use` ends. Ctrl-C cuts requests off at once. */
export async function withTenant<T>(io: CliIo, place: Place, options: ConnectionOptions, use: Use<Tenant, T>) {
  const { createLimioReader } = await import('../../api/api.js');
  const client = createLimioReader({ ...readClientOptions(io, place, options), signal: io.signal });
  return useClient(io, options, client, (reader) =>
    use({ reader: hideSecrets(reader, place.secrets), kinds: openKinds(place) }),
  );
}

/**
 * Opens a tenant for writing: secrets go into bodies just before they are sent. After Ctrl-C the write in
 * flight is still read back, and none is retried.
 */
export async function withWriter<T>(
  io: CliIo,
  place: Place,
  options: ConnectionOptions,
  use: Use<{ api: LiveApi; kinds: Tenant['kinds'] }, T>,
) {
  const { createLimioClient } = await import('../../api/api.js');
  const client = createLimioClient({ ...readClientOptions(io, place, options), hurry: io.signal });
  return useClient(io, options, client, (api) =>
    use({ api: revealSecrets(api, place.secrets), kinds: openKinds(place) }),
  );
}

/** For `doctor`: can only read, and measures how the tenant answers. */
export async function withProbe<T>(
  io: CliIo,
  place: Place,
  options: ConnectionOptions,
  use: Use<TenantProbe & LimioReader, T>,
) {
  const { createTenantProbe } = await import('../../api/api.js');
  const probe = createTenantProbe({ ...readClientOptions(io, place, options), signal: io.signal });
  return useClient(io, options, probe, use);
}

/**
 * For `doctor --learn`: recognises journeys in any form. It gets no signal, because after Ctrl-C it must
 * still restore the object.
 */
export async function withDialectProbe<T>(
  io: CliIo,
  place: Place,
  options: ConnectionOptions,
  use: Use<DialectProbe & LimioReader, T>,
) {
  const { createDialectProbe } = await import('../../api/api.js');
  const clientOptions = readClientOptions(io, place, options);
  const dialect = { ...clientOptions.dialect, journeyList: 'auto' as const };
  return useClient(io, options, createDialectProbe({ ...clientOptions, dialect }), use);
}

/** Reads, and asks what orders would cost; places none. */
export async function withPreviewer<T>(
  io: CliIo,
  place: Place,
  options: ConnectionOptions,
  use: Use<OrderPreviewer & LimioReader, T>,
) {
  const { createOrderPreviewer } = await import('../../api/api.js');
  const previewer = createOrderPreviewer({ ...readClientOptions(io, place, options), signal: io.signal });
  return useClient(io, options, previewer, use);
}

/** Any call of the API. Ctrl-C cuts off calls that only read. */
export async function withRawApi<T>(io: CliIo, place: Place, options: ConnectionOptions, use: Use<RawApi, T>) {
  const { openRawApi } = await import('../../api/raw.js');
  return useClient(io, options, openRawApi({ ...readClientOptions(io, place, options), signal: io.signal }), use);
}

/** Retries are worth a line even when everything worked: the tenant may be in trouble. */
async function useClient<C extends Pick<LimioReader, 'stats' | 'close'>, T>(
  io: CliIo,
  { debug }: ConnectionOptions,
  client: C,
  use: Use<C, T>,
): Promise<T> {
  try {
    return await use(client);
  } finally {
    await client.close();
    const { retries } = client.stats();
    if (retries > 0 && !debug)
      io.stderr.write(
        `${retries === 1 ? '1 request was' : `${retries} requests were`} retried; --debug shows which.\n`,
      );
  }
}

function openKinds({ environment, secrets }: Place): Record<Kind, KindRules> {
  return hideInKinds(createKindRules(environment.dialect), secrets);
}

/** Of each command line and environment: a helper may ask its user, so it runs once. */
const FOUND = new WeakMap<CliIo, Map<string, Credentials>>();

/** The credentials of an environment; no output shows the secret from now on. @throws LimioError AUTH_MISSING. */
export function findCredentials(
  io: CliIo,
  { environment, root, variables }: Pick<Place, 'environment' | 'root' | 'variables'>,
): Credentials {
  const known = FOUND.get(io) ?? new Map<string, Credentials>();
  FOUND.set(io, known);
  const key = `${root}\n${environment.name}`;
  const found = known.get(key) ?? readCredentials(environment, { variables, root });
  known.set(key, found);
  rememberSecret(found.clientSecret);
  return found;
}

function readClientOptions(io: CliIo, place: Place, options: ConnectionOptions): ClientOptions {
  const { environment, secrets } = place;
  const { clientId, clientSecret } = findCredentials(io, place);
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
      const what = `${method} ${escapeTerminal(path)} in ${Math.round(delayMs)} ms`;
      io.stderr.write(`retry: ${what} (attempt ${attempt}: ${escapeTerminal(reason)})\n`);
    },
  };
}
