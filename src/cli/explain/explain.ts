import { type Environment, resolveEnvironment } from '../../config/environments.js';
import { LimioError } from '../../errors/errors.js';
import { createKindRules, KIND_DEFINITIONS } from '../../kinds/kinds.js';
import {
  type Address,
  formatAddress,
  isKind,
  type Kind,
  KINDS,
  normaliseName,
  parseAddress,
} from '../../model/address.js';
import { DEFAULT_DIALECT } from '../../model/dialect.js';
import { dropUndefined, formatPointer, getAt, isJsonObject, type Json, type JsonObject } from '../../model/json.js';
import type { DesiredResource } from '../../model/model.js';
import { renameFiles } from '../../model/problem.js';
import { suggestNearest } from '../../model/spelling.js';
import { ignoreFields } from '../../plan/managed.js';
import { escapeTerminal } from '../../render/escape.js';
import { describeOrigin, renderExplainText, renderResourceText, type ValuePath } from '../../render/explain.js';
import type { ParsedDocument } from '../../source/documents.js';
import { listRemovals } from '../../source/layers.js';
import type { Origin } from '../../source/locate.js';
import { RESTRICTION_KEYS } from '../../source/overlays.js';
import type { ValidatedSources } from '../../source/source.js';
import { openConfig, showFilesOf } from '../shared/config.js';
import { refuseUsage } from '../shared/error-report.js';
import type { CliIo } from '../shared/io.js';
import type { EnvOptions } from '../shared/options.js';
import { printResult, type TextLayout } from '../shared/output.js';
import { hasErrors, ProblemsFound } from '../shared/problems.js';
import { chooseEnvironment, openFiles, toRepository } from '../shared/workspace.js';

/** `limio-sync explain`: the fields of a kind, or a declared resource with the origin of each value. */
export async function runExplain(io: CliIo, subject: string, options: EnvOptions): Promise<number> {
  if (subject.includes(':')) await explainResource(io, parseSubject(subject), options);
  else if (isKind(subject)) explainKind(io, subject, options);
  else
    throw refuseUsage(
      `There is no kind "${subject}".`,
      `Kinds: ${KINDS.join(', ')}. The address of a resource is kind:name.`,
    );
  return 0;
}

function explainKind(io: CliIo, kind: Kind, options: EnvOptions): void {
  const { rows } = KIND_DEFINITIONS[kind].fields;
  const fields = rows.map((row) => ({ ...row, path: row.path.join('.') }));
  const document = { kind: 'limio-sync/explain', formatVersion: 1, resource: kind, fields };
  printResult(io, options, document, () => renderExplainText(kind, rows));
}

/** Requires neither credentials nor secrets. */
async function explainResource(io: CliIo, address: Address, options: EnvOptions): Promise<void> {
  const loaded = await openConfig(io, options);
  const { config } = loaded;
  const environment = chooseEnvironment(io, config, options);
  const repository = toRepository(io, loaded);
  const { files, check } = await openFiles(repository);
  const checked = check(files, [environment]);
  const resources = checked.resources.filter((resource) => resource.address === address);
  if (resources.length === 0 && hasErrors(checked.problems))
    throw new ProblemsFound(checked.problems, files, repository.root);
  const declaration = checked.declarations.get(address);
  if (!declaration) {
    const declares = (name: string): boolean =>
      check(files, [resolveEnvironment(config, name)]).declarations.has(address);
    throw refuseUnknown(address, environment.name, checked, Object.keys(config.environments).filter(declares));
  }
  const findOwner = createOwnerTest(resources, environment);
  const getOrigin = (path: ValuePath): ExplainedOrigin => ({
    ...getOriginOf(checked, address, path),
    ...findOwner(path),
  });
  const removed = listRemoved(declaration.document).filter((path) => getAt(declaration.value, path) === undefined);
  const value = Object.fromEntries(
    Object.entries(declaration.value).filter(([key]) => !RESTRICTION_KEYS.some((one) => one === key)),
  );
  const document = {
    kind: 'limio-sync/explained-resource',
    formatVersion: 1,
    address,
    environment: environment.name,
    values: listLeaves(value, []).map(({ path, leaf }) => toJson(path, getOrigin(path), leaf)),
    removed: removed.map((path) => toJson(path, getOrigin(path))),
  };
  const show = showFilesOf(io, repository.root);
  const getShownOrigin = (path: ValuePath): ExplainedOrigin => {
    const origin = getOrigin(path);
    return { ...origin, keyPosition: renameFiles(origin.keyPosition, show) };
  };
  const renderNote = (path: ValuePath, { style }: TextLayout): string => {
    const origin = describeOrigin(getShownOrigin(path)).slice(2);
    return `${style.dim(`# not managed: ${escapeTerminal(path.join('.'))}, removed by\n#   ${origin}`)}\n`;
  };
  printResult(io, options, document, (layout) =>
    [
      `${layout.style.bold(escapeTerminal(`# ${address} in ${environment.name}`))}\n`,
      renderResourceText(value, getShownOrigin, layout),
      ...removed.map((path) => renderNote(path, layout)),
    ].join(''),
  );
}

/** @throws LimioError USAGE. */
function parseSubject(text: string): Address {
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

function refuseUnknown(
  address: Address,
  environment: string,
  { declarations }: ValidatedSources,
  elsewhere: readonly string[],
): LimioError {
  const nearest = suggestNearest(address, declarations.keys(), 8);
  const hint = nearest === undefined ? 'Check its path, code or name.' : `Did you mean "${nearest}"?`;
  return refuseUsage(
    `No file declares "${address}" in the environment "${environment}".`,
    elsewhere.length === 0 ? hint : `By "only" or "except" in its document it is declared in ${elsewhere.join(', ')}.`,
  );
}

interface ExplainedOrigin extends Origin {
  /** Undefined for git. */
  owner?: 'app' | 'server';
}

/** Finds the owner of a value by the configuration and the rules of the kind. */
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

/** What overlays and documents take away from what is below them. */
function listRemoved({ derivation }: ParsedDocument): ValuePath[] {
  if (!derivation) return [];
  if (derivation.by === 'row') return listRemoved(derivation.template);
  const { below, above, patch } = derivation;
  const removed = listRemovals(below.value, patch).filter(({ idle }) => !idle);
  return [...listRemoved(below), ...listRemoved(above), ...removed.map(({ path }) => path)];
}

/** Scalars and empty containers. */
function listLeaves(value: Json | undefined, path: ValuePath): { path: ValuePath; leaf: Json }[] {
  const entries: [string | number, Json][] = Array.isArray(value)
    ? [...value.entries()]
    : isJsonObject(value)
      ? Object.entries(value)
      : [];
  if (entries.length === 0) return [{ path, leaf: value ?? null }];
  return entries.flatMap(([key, child]) => listLeaves(child, [...path, key]));
}

function toJson(
  path: ValuePath,
  { position, layer, filled, textFile, variables, owner }: ExplainedOrigin,
  value?: Json,
): JsonObject {
  return {
    pointer: formatPointer(path.map(String)),
    ...dropUndefined({ value }),
    file: position.file,
    line: position.line,
    col: position.col,
    layer,
    ...(filled && position.row ? { row: { ...position.row }, columns: [...filled.columns] } : {}),
    variables: variables.map(({ reference, source }) => ({ reference, source })),
    ...dropUndefined({ textFile, owner }),
  };
}
