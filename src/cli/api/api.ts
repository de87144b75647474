import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { text as readText } from 'node:stream/consumers';
import { type ApiCall, findCall, listMissing } from '../../api/calls.js';
import { checkOrderBody } from '../../api/check-order.js';
import { buildRawPath, type PathPrefix } from '../../api/paths.js';
import type { RawApi, RawRequest } from '../../api/raw.js';
import { ERROR_CODES } from '../../errors/codes.js';
import { LimioError } from '../../errors/errors.js';
import { dropUndefined, isJsonObject, type Json, selectValues } from '../../model/json.js';
import { escapeTerminal } from '../../render/escape.js';
import { refuseUsage } from '../shared/error-report.js';
import { type CliIo, SYSTEM_CLOCK } from '../shared/io.js';
import type { TenantOptions, YesOptions } from '../shared/options.js';
import { formatJson, nameFileError } from '../shared/output.js';
import { withRawApi } from '../shared/tenant.js';
import { loadWorkspace, type Workspace } from '../shared/workspace.js';

export type ApiOptions = TenantOptions &
  Pick<YesOptions, 'allowFreeze' | 'allowProtected'> & {
    /** Compare the body with its schema; undefined: where there is one. */
    check?: boolean;
    field?: string[];
    input?: string;
    paginate?: boolean;
    prefix?: PathPrefix;
    select?: string;
    write?: boolean;
  };

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

/** `limio-sync api`: one call of the API, for what no other command does. */
export async function runApi(io: CliIo, typedMethod: string, typedPath: string, options: ApiOptions): Promise<number> {
  if (options.select !== undefined && options.select !== '' && !options.select.startsWith('/'))
    throw refuseUsage(
      `--select ${JSON.stringify(options.select)} is not a JSON Pointer.`,
      'Write it as /items/0/path; `*` matches every element.',
    );
  const request = await readRequest(io, typedMethod, typedPath, options);
  const call = findCall(request.method, request.path);
  checkRequest(request, call, options);
  const workspace = await loadWorkspace(io, options);
  if (request.effect !== 'read') checkWriteAllowed(workspace, request, call, options);
  return withRawApi(io, workspace, options, async (api) => {
    const { body, incomplete } = await send(api, request, options);
    printBody(io, request, body, options);
    if (incomplete === undefined) return 0;
    io.stderr.write(`error INCOMPLETE_READ: Could not read the list to its end: ${escapeTerminal(incomplete)}.\n`);
    return ERROR_CODES.INCOMPLETE_READ.exit;
  });
}

async function readRequest(
  io: CliIo,
  typedMethod: string,
  typedPath: string,
  options: ApiOptions,
): Promise<RawRequest> {
  const method = METHODS.find((one) => one === typedMethod.toUpperCase());
  if (method === undefined)
    throw refuseUsage(`There is no method ${JSON.stringify(typedMethod)}.`, `Methods: ${METHODS.join(', ')}`);
  const fields = parseFields(options.field ?? []);
  if (method === 'GET') {
    if (options.input !== undefined)
      throw refuseUsage('--input cannot be used with GET, which has no body.', 'Use --field name=value.');
    const parameters = fields.map(([name, value]): [string, string] => [
      name,
      typeof value === 'string' ? value : JSON.stringify(value),
    ]);
    return { method, path: buildRawPath(typedPath, parameters, options.prefix), effect: 'read' };
  }
  if (options.paginate) throw refuseUsage('--paginate requires GET.', 'Only lists have pages.');
  if (options.input !== undefined && fields.length > 0)
    throw refuseUsage('--input and --field cannot be used together.', 'Give the whole body with one of them.');
  const fromFields = fields.length > 0 ? Object.fromEntries(fields) : undefined;
  const json = options.input === undefined ? fromFields : await readInput(io, options.input);
  const path = buildRawPath(typedPath, [], options.prefix);
  return { method, path, ...dropUndefined({ json }), effect: chooseEffect(method, path) };
}

/** As documented, or by what HTTP promises of each method; a POST or PATCH sent twice may act twice. */
function chooseEffect(method: RawRequest['method'], path: string): RawRequest['effect'] {
  if (findCall(method, path)?.effect === 'read') return 'read';
  return method === 'PUT' || method === 'DELETE' ? 'repeatable' : 'once';
}

async function readInput(io: CliIo, input: string): Promise<Json> {
  let text: string;
  try {
    text = input === '-' ? await readText(io.stdin) : readFileSync(resolve(io.cwd, input), 'utf8');
  } catch (error) {
    throw refuseUsage(`Cannot read ${input} (${nameFileError(error)}).`, 'Name a JSON file, or - for standard input.');
  }
  try {
    const json: Json = JSON.parse(text.replace(/^\uFEFF/, ''));
    return json;
  } catch (error) {
    const what = input === '-' ? 'Standard input' : input;
    throw refuseUsage(
      `${what} is not JSON: ${error instanceof Error ? error.message : String(error)}.`,
      'Nothing was sent.',
    );
  }
}

/**
 * What the documentation requires of a known call. Anything may be sent to an unknown one.
 * @throws LimioError USAGE, ORDER_INVALID.
 */
function checkRequest({ method, path, json }: RawRequest, call: ApiCall | undefined, options: ApiOptions): void {
  if (options.check === true && call?.body === undefined)
    throw refuseUsage(`There is no schema for ${method} ${path}.`, 'Omit --check.');
  if (call === undefined || options.check === false) return;
  if (call.body !== undefined) {
    const { schema, problems } = checkOrderBody(call.body, json);
    if (problems.length === 0) return;
    const lines = problems.map(({ pointer, message }) => `\n  ${pointer === '' ? 'the body' : pointer} ${message}`);
    throw new LimioError({
      code: 'ORDER_INVALID',
      message: `The body of ${method} ${path} is not ${schema}; nothing was sent:${lines.join('')}`,
      hint: 'To send it anyway, add --no-check',
      details: { problems },
    });
  }
  const query = new URLSearchParams(path.split('?')[1] ?? '');
  const given = new Set(method === 'GET' ? query.keys() : Object.keys(isJsonObject(json) ? json : {}));
  // --paginate sends its own.
  if (options.paginate) given.add('limit');
  const missing = listMissing(call, given);
  if (missing.length === 0) return;
  throw refuseUsage(
    `${method} ${call.path} requires ${missing.join(' and ')}; nothing was sent.`,
    `Add ${missing.map((name) => `--field ${name}=<value>`).join(' ')}, or --no-check to send it anyway.`,
  );
}

async function send(
  api: RawApi,
  request: RawRequest,
  { paginate }: ApiOptions,
): Promise<{ body: Json | undefined; incomplete?: string }> {
  if (!paginate) return { body: await api.call(request) };
  const { items, key, note, complete } = await api.list(request.path);
  return { body: { [key]: items }, ...(complete ? {} : { incomplete: note ?? 'no reason given' }) };
}

/** Text: the body, or the selected values, one a line. JSON: one document. */
function printBody(io: CliIo, { method, path }: RawRequest, body: Json | undefined, options: ApiOptions): void {
  const selected = options.select === undefined || body === undefined ? undefined : selectValues(body, options.select);
  if (options.format === 'json') {
    const result = selected ? { selected } : { body: body ?? null };
    io.stdout.write(formatJson({ kind: 'limio-sync/api', formatVersion: 1, method, path, ...result }));
  } else if (selected) {
    for (const value of selected)
      io.stdout.write(typeof value === 'string' ? `${escapeTerminal(value)}\n` : formatJson(value));
  } else if (body !== undefined) {
    io.stdout.write(formatJson(body));
  }
  if (selected?.length === 0) io.stderr.write(`No value at ${escapeTerminal(options.select ?? '')}.\n`);
  if (body === undefined) io.stderr.write('The response is empty.\n');
}

/**
 * `name=value` is a text, `name:=value` JSON: `limit=50`, `status:=true`.
 * @throws LimioError USAGE.
 */
function parseFields(typed: readonly string[]): [name: string, value: Json][] {
  return typed.map((field) => {
    const at = field.indexOf('=');
    if (at <= 0) throw refuseField(field, 'It has no name or no "=".');
    if (field[at - 1] !== ':') return [field.slice(0, at), field.slice(at + 1)];
    const name = field.slice(0, at - 1);
    if (name === '') throw refuseField(field, 'It has no name.');
    try {
      const value: Json = JSON.parse(field.slice(at + 1));
      return [name, value];
    } catch {
      throw refuseField(field, 'The text after ":=" is not JSON.');
    }
  });
}

function refuseField(field: string, why: string): LimioError {
  return refuseUsage(
    `Cannot read --field ${JSON.stringify(field)}. ${why}`,
    'Write --field name=text, or --field name:=JSON for numbers, true, false, null, lists and objects.',
  );
}

/**
 * Such a call changes the tenant outside of any plan: limio-sync does not verify it and cannot roll it back.
 * So it needs a consent of its own, and the policies of the environment apply.
 * @throws LimioError CONSENT_REQUIRED, PROTECTED, FREEZE.
 */
function checkWriteAllowed(
  { environment }: Workspace,
  { method, path }: RawRequest,
  call: ApiCall | undefined,
  options: ApiOptions,
): void {
  const { name, host } = environment;
  const final = call?.effect === 'irreversible';
  if (options.write !== true)
    throw new LimioError({
      code: 'CONSENT_REQUIRED',
      message: final
        ? `${method} ${path} ${call.what} in ${name} (${host}) and cannot be undone; nothing was sent.`
        : `${method} may change ${name} (${host}); nothing was sent.`,
      hint: 'limio-sync does not verify it and cannot roll it back. To send it, add --write',
    });
  if (environment.protected && options.allowProtected !== name)
    throw new LimioError({
      code: 'PROTECTED',
      message: `The environment ${name} (${host}) is protected; nothing was sent.`,
      hint: `To change it, add --allow-protected=${name}`,
    });
  const now = SYSTEM_CLOCK.now();
  const freeze = environment.freeze.find(({ fromMs, toMs }) => fromMs <= now && now < toMs);
  if (freeze && options.allowFreeze !== name)
    throw new LimioError({
      code: 'FREEZE',
      message: `${name} is frozen: ${freeze.shown} (${freeze.reason}); nothing was sent.`,
      hint: `Wait until it ends, or add --allow-freeze=${name}`,
    });
}
