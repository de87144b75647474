import { dirname } from 'node:path';
import { loadConfig } from '../../config/config.js';
import { pickProcessVariables } from '../../config/credentials.js';
import { type Environment, resolveEnvironment, selectEnvironment } from '../../config/environments.js';
import { LimioError } from '../../errors/errors.js';
import { createKindRules, KIND_DEFINITIONS } from '../../kinds/kinds.js';
import { type Address, formatAddress, isKind, KINDS, normaliseName, parseAddress } from '../../model/address.js';
import { DEFAULT_DIALECT } from '../../model/dialect.js';
import { formatPointer, isJsonObject, type Json, type JsonObject } from '../../model/json.js';
import type { DesiredResource } from '../../model/resource.js';
import { suggestNearest } from '../../model/spelling.js';
import { ignoreFields } from '../../plan/managed.js';
import { escapeTerminal } from '../../render/escape.js';
import { describeOrigin, renderExplainText, renderResourceText, type ValuePath } from '../../render/explain.js';
import type { Declaration } from '../../source/documents.js';
import { listRemovals, type Origin } from '../../source/locate.js';
import { RESTRICTION_KEYS } from '../../source/overlays.js';
import { rememberParsed } from '../../source/parse.js';
import type { ValidatedSources } from '../../source/source.js';
import { ProblemsFound } from '../shared/error-report.js';
import type { CliIo, CommonOptions } from '../shared/io.js';
import { chooseTextOptions, formatJson } from '../shared/output.js';
import { checkFiles } from '../shared/workspace.js';

/** The table of a kind, or a resource of the files as it will be in an environment. */
export async function runExplain(
  io: CliIo,
  subject: string,
  options: CommonOptions & { env?: string },
): Promise<number> {
  if (subject.includes(':')) return explainResource(io, subject, options);
  if (!isKind(subject)) {
    const hint = `Kinds: ${KINDS.join(', ')}. A resource is named by kind:name.`;
    throw new LimioError({ code: 'USAGE', message: `There is no kind "${subject}".`, hint });
  }
  const { rows } = KIND_DEFINITIONS[subject].fields;
  const fields = rows.map((row) => ({ ...row, path: row.path.join('.') }));
  io.stdout.write(
    options.format === 'json'
      ? formatJson({ kind: 'limio-sync/explain', formatVersion: 1, resource: subject, fields })
      : renderExplainText(subject, rows),
  );
  return 0;
}

/** Prints a resource as it will be in an environment, each value with its origin. Needs no credentials and no secrets. */
export async function explainResource(
  io: CliIo,
  text: string,
  options: CommonOptions & { env?: string },
): Promise<number> {
  const { config, file } = await loadConfig(io.cwd, options.config);
  const environment = resolveEnvironment(
    config,
    selectEnvironment(config, { flag: options.env, variable: io.env['LIMIO_ENV'] }),
  );
  const [root, env] = [dirname(file), pickProcessVariables(config, io.env)];
  const repository = { root, config, env, parse: rememberParsed() };
  const { files, checked } = checkFiles(repository, [environment]);
  const address = readAddress(text);
  const sound = checked.resources.some((resource) => resource.address === address);
  const declaration = checked.declarations.get(address);
  if (!sound && checked.problems.some(({ severity }) => severity === 'error'))
    throw new ProblemsFound(checked.problems, files);
  if (!declaration) {
    const declares = (name: string): boolean =>
      checkFiles(repository, [resolveEnvironment(config, name)]).checked.declarations.has(address);
    throw reportUnknown(address, environment.name, checked, Object.keys(config.environments).filter(declares));
  }
  const findOwner = createOwnerTest(
    checked.resources.filter((resource) => resource.address === address),
    environment,
  );
  const getOrigin = (path: ValuePath): ExplainedOrigin => ({
    ...getOriginOf(checked, address, path),
    ...findOwner(path),
  });
  const removed = listRemoved(declaration);
  const value = Object.fromEntries(
    Object.entries(declaration.value).filter(([key]) => !RESTRICTION_KEYS.some((one) => one === key)),
  );
  if (options.format === 'json') {
    const values = listLeaves(value, []).map(({ path, leaf }) => toJson(path, getOrigin(path), leaf));
    io.stdout.write(
      formatJson({
        kind: 'limio-sync/explained-resource',
        formatVersion: 1,
        address,
        environment: environment.name,
        values,
        removed: removed.map((path) => toJson(path, getOrigin(path))),
      }),
    );
  } else {
    const layout = chooseTextOptions(io.stdout, io, options);
    const notes = removed.map((path) =>
      layout.style.dim(
        `# not managed: ${escapeTerminal(path.join('.'))}, taken out by\n#   ${describeOrigin(getOrigin(path)).slice(2)}`,
      ),
    );
    io.stdout.write(
      `${layout.style.bold(escapeTerminal(`# ${address} in ${environment.name}`))}\n${renderResourceText(value, getOrigin, layout)}${notes.map((note) => `${note}\n`).join('')}`,
    );
  }
  return 0;
}

/** @throws LimioError USAGE. */
function readAddress(text: string): Address {
  try {
    const { kind, name } = parseAddress(text);
    return formatAddress(kind, normaliseName(kind, name));
  } catch (error) {
    throw new LimioError({
      code: 'USAGE',
      message: `${error instanceof Error ? error.message : text}.`,
      hint: 'For example: limio-sync explain "offer:/offers2/Digital Monthly" --env prod',
      cause: error,
    });
  }
}

function reportUnknown(
  address: Address,
  environment: string,
  { declarations }: ValidatedSources,
  elsewhere: readonly string[],
): LimioError {
  const nearest = suggestNearest(address, declarations.keys(), 8);
  const hint = nearest === undefined ? 'Check its path, code or name.' : `Did you mean "${nearest}"?`;
  return new LimioError({
    code: 'USAGE',
    message: `No file declares "${address}" in the environment "${environment}".`,
    hint:
      elsewhere.length === 0
        ? hint
        : `Its document says so with "only" or "except": it is declared in ${elsewhere.join(', ')}.`,
  });
}

interface ExplainedOrigin extends Origin {
  /** Where it is not git. */
  owner?: 'app' | 'server';
}

/** Who decides a value, by the configuration and the table of the kind. */
function createOwnerTest(
  resources: readonly DesiredResource[],
  { ignore, ownership }: Environment,
): (path: ValuePath) => Pick<ExplainedOrigin, 'owner'> {
  const kinds = createKindRules(DEFAULT_DIALECT);
  const {
    owned,
    desired: [claimed],
  } = ignoreFields(resources, ignore, kinds, ownership);
  const [resource] = resources;
  const rules = resource && kinds[resource.kind].fields;
  return (path) => {
    const names = path.map(String);
    const given = owned.find((part) => part.path.every((name, i) => name === names[i]));
    if (given) return { owner: given.owner };
    const isServers = rules?.find(names)?.owner.startsWith('server') && !claimed?.owned.includes(names.join('.'));
    return isServers ? { owner: 'server' } : {};
  };
}

function getOriginOf({ findOrigin }: ValidatedSources, address: Address, path: ValuePath): Origin {
  const origin = findOrigin(address, formatPointer(path.map(String)));
  if (!origin) throw new RangeError(`${address} is not declared`);
  return origin;
}

function listRemoved({ document }: Declaration): ValuePath[] {
  if (!document.layers) return [];
  return listRemovals(document.layers.base.value, document.layers.patch)
    .filter(({ idle }) => !idle)
    .map(({ path }) => path);
}

/** Scalars and empty containers, in their order. */
function listLeaves(value: Json | undefined, path: ValuePath): { path: ValuePath; leaf: Json }[] {
  const entries: [string | number, Json][] = Array.isArray(value)
    ? [...value.entries()]
    : isJsonObject(value)
      ? Object.entries(value)
      : [];
  if (entries.length === 0) return [{ path, leaf: value ?? null }];
  return entries.flatMap(([key, child]) => listLeaves(child, [...path, key]));
}

function toJson(path: ValuePath, { position, layer, variables, owner }: ExplainedOrigin, value?: Json): JsonObject {
  return {
    pointer: formatPointer(path.map(String)),
    ...(value === undefined ? {} : { value }),
    file: position.file,
    line: position.line,
    col: position.col,
    layer,
    variables: variables.map(({ reference, source }) => ({ reference, source })),
    ...(owner === undefined ? {} : { owner }),
  };
}
