import { LimioError } from '../errors/errors.js';
import { completeList } from '../glob/glob.js';
import { KIND_DEFINITIONS } from '../kinds/kinds.js';
import { type Kind, KINDS, normaliseName, normalisePattern } from '../model/address.js';
import { DEFAULT_DIALECT, type Dialect } from '../model/dialect.js';
import type { LintSetting } from '../model/lint-rule.js';
import { dropUndefined, type VariableValue } from '../model/json.js';
import { DEFAULT_POLICIES, type FreezeWindow, type Ownership, type Policies } from '../model/policies.js';
import { suggestNearest } from '../model/spelling.js';
import { formatSecretReference } from '../model/text.js';
import { isSecret } from './define-config.js';
import { parseFreeze } from './policies.js';
import type { Config, EnvironmentConfig } from './schema.js';

/** One environment with every default filled in. */
export interface Environment {
  name: string;
  /** Origin of the API, without a slash at its end. */
  baseUrl: string;
  /** Host, with the port unless it is the default. */
  host: string;
  /** Origin of the storefront, if known. */
  shopUrl?: string;
  protected: boolean;
  /** Secrets are references, see `SECRET_OPENING`. */
  vars: Readonly<Record<string, VariableValue>>;
  /** The environment variables that contain secrets, sorted. For `readSecrets`. */
  secrets: readonly string[];
  dialect: Dialect;
  /** A program that prints the credentials, with its arguments. */
  credentialCommand?: readonly string[];
  /** Whether missing catalog items are created, through an undocumented endpoint. */
  createItems: boolean;
  /** Patterns of names that this repository owns, for `matchGlobs`. Promo codes are in upper case. */
  scope: Partial<Record<Kind, string[]>>;
  policies: Policies;
  /** Patterns of addresses, for `matchGlobs`. Promo codes are in upper case. */
  protect: string[];
  /** For `parseIgnoreRule`. */
  ignore: string[];
  /** Rules of the environment and of the whole file. */
  ownership: Ownership;
  freeze: FreezeWindow[];
  /** Severities of lint rules; the environment overrides the file. */
  lintRules: Readonly<Record<string, LintSetting>>;
}

/**
 * @throws LimioError ENVIRONMENT_UNKNOWN; CONFIG_INVALID for a bad address or freeze, which
 * `parseConfig` reports first.
 */
export function resolveEnvironment(config: Config, name: string): Environment {
  const environment = Object.hasOwn(config.environments, name) ? config.environments[name] : undefined;
  if (!environment)
    throw new LimioError({ code: 'ENVIRONMENT_UNKNOWN', message: `There is no environment "${name}".` });
  const baseUrl = resolveOrigin(name, environment.url ?? formatTenantUrl(environment.tenant ?? '', environment.region));
  const shopUrl = resolveShop(name, environment);
  const vars = Object.entries(environment.vars ?? {});
  return {
    name,
    baseUrl,
    host: new URL(baseUrl).host,
    ...(shopUrl === undefined ? {} : { shopUrl }),
    protected: environment.protected ?? false,
    vars: Object.fromEntries(
      vars.map(([variable, value]) => [variable, isSecret(value) ? formatSecretReference(value.secret) : value]),
    ),
    secrets: [...new Set(vars.flatMap(([, value]) => (isSecret(value) ? [value.secret] : [])))].sort(),
    ...(environment.credentials ? { credentialCommand: environment.credentials.command } : {}),
    dialect: mergeDialect(environment.dialect),
    createItems: environment.catalog?.create ?? false,
    scope: resolveScope(environment.scope),
    policies: {
      price: { ...DEFAULT_POLICIES.price, ...dropUndefined(environment.policies?.price) },
      massChange: { ...DEFAULT_POLICIES.massChange, ...dropUndefined(environment.policies?.massChange) },
      partial: environment.policies?.partial ?? DEFAULT_POLICIES.partial,
      alsoPublish: environment.policies?.alsoPublish ?? DEFAULT_POLICIES.alsoPublish,
    },
    protect: completeList(environment.protect ?? []).map(normalisePattern),
    ignore: completeList(environment.ignore ?? []).map(normalisePattern),
    ownership: mergeOwnership(environment.ownership, config.ownership),
    freeze: (environment.freeze ?? []).map((window) => resolveFreeze(name, window)),
    lintRules: { ...config.lint?.rules, ...environment.lint?.rules },
  };
}

function mergeOwnership(...levels: readonly EnvironmentConfig['ownership'][]): Ownership {
  const merge = (owner: keyof Ownership): string[] =>
    levels.flatMap((level) => completeList(level?.[owner] ?? [])).map(normalisePattern);
  return { app: merge('app'), server: merge('server'), git: merge('git') };
}

function resolveScope(scope: EnvironmentConfig['scope'] = {}): Environment['scope'] {
  return Object.fromEntries(
    KINDS.flatMap((kind) => {
      const { scopeKey } = KIND_DEFINITIONS[kind];
      const patterns = scopeKey && scope[scopeKey];
      return patterns ? [[kind, completeList(patterns).map((pattern) => normaliseName(kind, pattern))]] : [];
    }),
  );
}

function resolveFreeze(name: string, window: NonNullable<EnvironmentConfig['freeze']>[number]): FreezeWindow {
  const parsed = parseFreeze(window);
  if (!Array.isArray(parsed)) return parsed;
  throw new LimioError({
    code: 'CONFIG_INVALID',
    message: `A freeze of the environment "${name}" is not valid: ${parsed[0]?.fault}`,
  });
}

/** Settings of an environment over the defaults. */
export function mergeDialect(settings: EnvironmentConfig['dialect'] = {}): Dialect {
  const { journeyCodec } = settings;
  return {
    journeyList: settings.journeyList ?? DEFAULT_DIALECT.journeyList,
    journeyPut: settings.journeyPut ?? DEFAULT_DIALECT.journeyPut,
    ...(journeyCodec === undefined ? {} : { journeyCodec }),
    bulkUpdate: { ...DEFAULT_DIALECT.bulkUpdate, ...dropUndefined(settings.bulkUpdate) },
    catalogRead: settings.catalogRead ?? DEFAULT_DIALECT.catalogRead,
    pageSize: settings.pageSize ?? DEFAULT_DIALECT.pageSize,
    promo: { ...DEFAULT_DIALECT.promo, ...dropUndefined(settings.promo) },
    publish: { ...DEFAULT_DIALECT.publish, ...dropUndefined(settings.publish) },
  };
}

function resolveShop(name: string, { shop, tenant, region }: EnvironmentConfig): string | undefined {
  if (shop !== undefined) return resolveOrigin(name, shop.includes('://') ? shop : `https://${shop}`);
  return tenant === undefined ? undefined : formatShopUrl(tenant, region);
}

function resolveOrigin(name: string, text: string): string {
  const parsed = parseOrigin(text);
  if ('origin' in parsed) return parsed.origin;
  throw new LimioError({
    code: 'CONFIG_INVALID',
    message: `The address of the environment "${name}" ${parsed.fault}.`,
  });
}

export interface EnvironmentChoice {
  /** The value of --env. */
  flag?: string | undefined;
  /** The value of LIMIO_ENV; empty counts as absent. */
  variable?: string | undefined;
}

/**
 * The environment to work on: the named one, else the only one.
 * @throws LimioError ENVIRONMENT_UNKNOWN, ENVIRONMENT_REQUIRED.
 */
export function selectEnvironment(config: Config, choice: EnvironmentChoice): string {
  const names = Object.keys(config.environments);
  const named = choice.flag ?? (choice.variable === '' ? undefined : choice.variable);
  if (named === undefined) {
    const [only, ...others] = names;
    if (only !== undefined && others.length === 0) return only;
    throw new LimioError({
      code: 'ENVIRONMENT_REQUIRED',
      message: `The configuration has several environments: ${names.join(', ')}.`,
      hint: `Choose one: --env ${only ?? '<name>'}, or LIMIO_ENV=${only ?? '<name>'}.`,
      details: { environments: names },
    });
  }
  if (names.includes(named)) return named;
  const nearest = suggestNearest(named, names);
  const origin = choice.flag === undefined ? ' (from LIMIO_ENV)' : '';
  throw new LimioError({
    code: 'ENVIRONMENT_UNKNOWN',
    message: `There is no environment "${named}"${origin}. The environments are ${names.join(', ')}.`,
    ...(nearest === undefined ? {} : { hint: `Did you mean "${nearest}"?` }),
    details: { environments: names },
  });
}

export type Region = 'eu' | 'us' | 'dev';

const DOMAINS: Record<Region, string> = { eu: 'prod.limio.com', us: 'prod-us.limio.com', dev: 'dev.limio.com' };

/** Address of a tenant's API (API reference, section 0). */
export function formatTenantUrl(tenant: string, region: Region = 'eu'): string {
  return `https://${tenant}.${DOMAINS[region]}`;
}

/** Address of a tenant's storefront, which is another host. */
export function formatShopUrl(tenant: string, region: Region = 'eu'): string {
  return `https://${tenant}-shop.${DOMAINS[region]}`;
}

/**
 * The origin of an address, or its fault as the rest of a sentence. Secrets are sent to it, so `http:` is
 * only allowed for this machine.
 */
export function parseOrigin(text: string): { origin: string } | { fault: string } {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    return { fault: 'is not a URL such as https://acme.prod.limio.com' };
  }
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return { fault: 'must begin with https:' };
  if (url.username !== '' || url.password !== '') return { fault: 'must not contain a user or a password' };
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '') return { fault: 'must be a host without a path' };
  if (url.protocol === 'http:' && !isLoopback(url.hostname))
    return { fault: 'must begin with https:; http: is only allowed for this machine' };
  return { origin: url.origin };
}

/** `new URL` writes IPv4 addresses in full, so 127.1 is recognized. */
function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}
