import type { Environment } from '../../config/environments.js';
import { LimioError } from '../../errors/errors.js';
import {
  type Address,
  formatAddress,
  isCatalogKind,
  type Kind,
  nameKind,
  normaliseName,
  parseAddress,
} from '../../model/address.js';
import { matchGlob } from '../../text/glob.js';

export interface Canary {
  address: Address;
  kind: Kind;
  name: string;
}

const KINDS_TO_TRY: readonly Kind[] = ['offer', 'add_on', 'product', 'journey', 'promo_code'];

/** What is tried on: at most one catalog item, one journey and one promo code. @throws LimioError USAGE. */
export function parseCanaries(texts: readonly string[]): Canary[] {
  if (texts.length === 0)
    throw usage(
      '--learn tries on an object of the tenant, and none was named.',
      'Name one that nobody needs: --canary "offer:/offers2/Scratch"; also a journey and a promo code, each with --canary.',
    );
  const canaries = texts.map(parseCanary);
  const sortOf = ({ kind }: Canary): string =>
    isCatalogKind(kind) ? 'catalog item' : kind === 'journey' ? 'journey' : 'promo code';
  const twice = canaries.find((canary, i) => canaries.findIndex((other) => sortOf(other) === sortOf(canary)) !== i);
  if (twice) throw usage(`More than one ${sortOf(twice)} was named.`, 'One of each sort is enough.');
  return canaries;
}

function parseCanary(text: string): Canary {
  try {
    const { kind, name } = parseAddress(text);
    if (!KINDS_TO_TRY.includes(kind))
      throw new RangeError(`"${text}" is a ${nameKind(kind, 1)}; name one of ${KINDS_TO_TRY.join(', ')}`);
    if (isCatalogKind(kind) && !name.startsWith('/'))
      throw new RangeError(`"${text}" is not a path; it begins with a slash`);
    const own = normaliseName(kind, name);
    return { address: formatAddress(kind, own), kind, name: own };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw usage(
      `--canary: ${error.message}.`,
      'For example: --canary "offer:/offers2/Scratch" --canary journey:scratch --canary promo_code:SCRATCH',
    );
  }
}

function usage(message: string, hint: string): LimioError {
  return new LimioError({ code: 'USAGE', message, hint });
}

/** Nothing is tried on a protected environment, in a freeze, or on a protected object; no option lifts that. @throws LimioError PROTECTED, FREEZE, PROTECTED_ADDRESS. */
export function refuseLearning(
  environment: Pick<Environment, 'name' | 'host' | 'protected' | 'freeze' | 'protect'>,
  canaries: readonly Canary[],
  now: number,
): void {
  const { name, host, freeze, protect } = environment;
  if (environment.protected) {
    throw new LimioError({
      code: 'PROTECTED',
      message: `The environment ${name} (${host}) is protected, so nothing is tried on it; nothing was written.`,
      hint: 'Learn on a sandbox of the same platform version, and copy its dialect. No option lifts this.',
    });
  }
  const window = freeze.find(({ fromMs, toMs }) => fromMs <= now && now < toMs);
  if (window)
    throw new LimioError({
      code: 'FREEZE',
      message: `${name} is frozen: ${window.shown} (${window.reason}). Nothing was written.`,
      hint: 'Learn after the freeze.',
    });
  const canary = canaries.find(({ address }) => protect.some((pattern) => matchGlob(pattern, address)));
  if (canary)
    throw new LimioError({
      code: 'PROTECTED_ADDRESS',
      message: `${canary.address} is protected by the policy of ${name}; nothing was written.`,
      hint: 'Name an object that nobody needs.',
    });
}
