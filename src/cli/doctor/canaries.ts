import type { Environment } from '../../config/environments.js';
import { LimioError } from '../../errors/errors.js';
import { matchGlobs } from '../../glob/glob.js';
import {
  type Address,
  formatAddress,
  isCatalogKind,
  type Kind,
  nameKind,
  normaliseName,
  parseAddress,
} from '../../model/address.js';
import { refuseUsage } from '../shared/error-report.js';

/** A test object of `doctor --learn`. */
export interface Canary {
  address: Address;
  kind: Kind;
  name: string;
}

const CANARY_KINDS: readonly Kind[] = ['offer', 'add_on', 'product', 'journey', 'promo_code'];

/** At most one catalog item, one journey and one promo code. @throws LimioError USAGE. */
export function parseCanaries(texts: readonly string[]): Canary[] {
  if (texts.length === 0)
    throw refuseUsage(
      '--learn requires a test object.',
      'Name one that nobody uses: --canary "offer:/offers2/Scratch". ' +
        'You can add a journey and a promo code, each with --canary.',
    );
  const canaries = texts.map(parseCanary);
  const groups = canaries.map(nameGroup);
  const twice = groups.find((group, i) => groups.indexOf(group) !== i);
  if (twice !== undefined) throw refuseUsage(`More than one ${twice} was given.`, 'One of each is enough.');
  return canaries;
}

function nameGroup({ kind }: Canary): string {
  return isCatalogKind(kind) ? 'catalog item' : nameKind(kind, 1);
}

function parseCanary(text: string): Canary {
  try {
    const { kind, name } = parseAddress(text);
    if (!CANARY_KINDS.includes(kind))
      throw new RangeError(`"${text}" is a ${nameKind(kind, 1)}; use one of ${CANARY_KINDS.join(', ')}`);
    if (isCatalogKind(kind) && !name.startsWith('/'))
      throw new RangeError(`"${text}" is not a path; a path starts with a slash`);
    const own = normaliseName(kind, name);
    return { address: formatAddress(kind, own), kind, name: own };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw refuseUsage(
      `--canary: ${error.message}.`,
      'For example: --canary "offer:/offers2/Scratch" --canary journey:scratch --canary promo_code:SCRATCH',
    );
  }
}

/**
 * No option permits learning on a protected environment, in a freeze, or on a protected object.
 * @throws LimioError PROTECTED, FREEZE, PROTECTED_ADDRESS.
 */
export function checkLearningAllowed(
  environment: Pick<Environment, 'name' | 'host' | 'protected' | 'freeze' | 'protect'>,
  canaries: readonly Canary[],
  now: number,
): void {
  const { name, host, freeze, protect } = environment;
  if (environment.protected)
    throw new LimioError({
      code: 'PROTECTED',
      message: `The environment ${name} (${host}) is protected, and --learn changes objects; nothing was written.`,
      hint: 'Learn on a sandbox of the same platform version and copy its dialect. No option overrides this.',
    });
  const window = freeze.find(({ fromMs, toMs }) => fromMs <= now && now < toMs);
  if (window)
    throw new LimioError({
      code: 'FREEZE',
      message: `${name} is frozen: ${window.shown} (${window.reason}). Nothing was written.`,
      hint: 'Learn after the freeze.',
    });
  const canary = canaries.find(({ address }) => matchGlobs(protect, address));
  if (canary)
    throw new LimioError({
      code: 'PROTECTED_ADDRESS',
      message: `${canary.address} is protected by the policy of ${name}; nothing was written.`,
      hint: 'Name an object that nobody uses.',
    });
}
