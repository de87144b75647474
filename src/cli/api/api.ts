import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { text as readText } from 'node:stream/consumers';
import { buildRawPath, type PathPrefix } from '../../api/paths.js';
import type { RawApi, RawRequest } from '../../api/raw.js';
import { ERROR_CODES } from '../../errors/codes.js';
import { LimioError } from '../../errors/errors.js';
import { type Json, selectValues } from '../../model/json.js';
import { escapeTerminal } from '../../render/escape.js';
import { type CliIo, type CommonOptions, SYSTEM_CLOCK } from '../shared/io.js';
import { formatJson } from '../shared/output.js';
import { openRaw } from '../shared/tenant.js';
import { loadWorkspace, type Workspace } from '../shared/workspace.js';

export interface ApiOptions extends CommonOptions {
  env?: string;
  field?: string[];
  input?: string;
  paginate?: boolean;
  prefix?: PathPrefix;
  select?: string;
  write?: boolean;
  allowProtected?: string;
  allowFreeze?: string;
}

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

/** They price an order and place none (API reference, section 8). */
const READS_BY_POST = new Set(['/api/order/preview', '/api/partner/order/preview']);

/** One call of the API as it stands, for what no other command does. */
export async function runApi(io: CliIo, typedMethod: string, typedPath: string, options: ApiOptions): Promise<number> {
  if (options.select !== undefined && options.select !== '' && !options.select.startsWith('/'))
    throw refuseUsage(
      `--select ${JSON.stringify(options.select)} is no JSON Pointer.`,
      'Write it as /items/0/path; `*` stands for every element.',
    );
  const request = await readRequest(io, typedMethod, typedPath, options);
  const workspace = await loadWorkspace(io, options);
  if (request.effect !== 'read') requireRawWrite(workspace, request, options);
  const api = await openRaw(io, workspace, options);
  try {
    const { body, note } = await answer(api, request, options);
    writeBody(io, request, body, options);
    if (note === undefined) return 0;
    io.stderr.write(`error INCOMPLETE_READ: The list could not be read to its proven end: ${escapeTerminal(note)}.\n`);
    return ERROR_CODES.INCOMPLETE_READ.exit;
  } finally {
    await api.close();
  }
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
  if (options.paginate && method !== 'GET')
    throw refuseUsage('--paginate goes with GET alone.', 'Only lists have pages.');
  if (method === 'GET') {
    if (options.input !== undefined)
      throw refuseUsage('A GET has no body, so --input has no place.', 'Give parameters with --field name=value.');
    return {
      method,
      path: buildRawPath(
        typedPath,
        fields.map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)]),
        options.prefix,
      ),
      effect: 'read',
    };
  }
  if (options.input !== undefined && fields.length > 0)
    throw refuseUsage('--input and --field were both given.', 'Give the whole body with one of them.');
  const json =
    options.input === undefined
      ? fields.length > 0
        ? Object.fromEntries(fields)
        : undefined
      : await readInput(io, options.input);
  const path = buildRawPath(typedPath, [], options.prefix);
  return { method, path, ...(json === undefined ? {} : { json }), effect: chooseEffect(method, path) };
}

/** By what HTTP promises of a method; a POST or PATCH may do something twice. */
function chooseEffect(method: RawRequest['method'], path: string): RawRequest['effect'] {
  if (method === 'POST' && READS_BY_POST.has(path.split('?')[0] ?? '')) return 'read';
  return method === 'PUT' || method === 'DELETE' ? 'repeatable' : 'once';
}

async function readInput(io: CliIo, input: string): Promise<Json> {
  let text: string;
  try {
    text = input === '-' ? await readText(io.stdin) : readFileSync(resolve(io.cwd, input), 'utf8');
  } catch (error) {
    throw refuseUsage(
      `${input} cannot be read (${error instanceof Error && 'code' in error ? String(error.code) : 'unknown'}).`,
      'Name a file of JSON, or - for standard input.',
    );
  }
  try {
    return JSON.parse(text.replace(/^\uFEFF/, '')) as Json;
  } catch (error) {
    throw refuseUsage(
      `${input === '-' ? 'Standard input' : input} is not JSON: ${error instanceof Error ? error.message : String(error)}.`,
      'Nothing was sent.',
    );
  }
}

async function answer(
  api: RawApi,
  request: RawRequest,
  { paginate }: ApiOptions,
): Promise<{ body: Json | undefined; note?: string }> {
  if (!paginate) return { body: await api.call(request) };
  const { items, note, complete } = await api.list(request.path);
  return { body: { items }, ...(complete ? {} : { note: note ?? 'no reason given' }) };
}

/** Text: the answer itself, or what was selected of it, one value a line. JSON: one document with both. */
function writeBody(io: CliIo, { method, path }: RawRequest, body: Json | undefined, options: ApiOptions): void {
  const selected = options.select === undefined || body === undefined ? undefined : selectValues(body, options.select);
  if (options.format === 'json') {
    io.stdout.write(
      formatJson({
        kind: 'limio-sync/api',
        formatVersion: 1,
        method,
        path,
        ...(selected ? { selected } : { body: body ?? null }),
      }),
    );
  } else if (selected) {
    for (const value of selected)
      io.stdout.write(typeof value === 'string' ? `${escapeTerminal(value)}\n` : formatJson(value));
  } else if (body !== undefined) {
    io.stdout.write(formatJson(body));
  }
  if (selected?.length === 0) io.stderr.write(`Nothing stands at ${escapeTerminal(options.select ?? '')}.\n`);
  if (body === undefined) io.stderr.write('The answer is empty.\n');
}

function refuseUsage(message: string, hint: string): LimioError {
  return new LimioError({ code: 'USAGE', message, hint });
}

/**
 * `name=value` holds a text, `name:=value` JSON: `limit=50`, `status:=true`.
 * @throws LimioError USAGE.
 */
export function parseFields(typed: readonly string[]): [name: string, value: Json][] {
  return typed.map((field) => {
    const at = field.indexOf('=');
    if (at <= 0) throw refuseField(field, 'It has no name or no "=".');
    if (field[at - 1] !== ':') return [field.slice(0, at), field.slice(at + 1)];
    const name = field.slice(0, at - 1);
    if (name === '') throw refuseField(field, 'It has no name.');
    try {
      return [name, JSON.parse(field.slice(at + 1)) as Json];
    } catch {
      throw refuseField(field, 'What follows ":=" is not JSON.');
    }
  });
}

function refuseField(field: string, why: string): LimioError {
  return new LimioError({
    code: 'USAGE',
    message: `--field ${JSON.stringify(field)} cannot be read. ${why}`,
    hint: 'Write --field name=text, or --field name:=JSON for numbers, true, false, null, lists and objects.',
  });
}

export interface RawWriteOptions {
  write?: boolean;
  allowProtected?: string;
  allowFreeze?: string;
}

/**
 * A call that may change the tenant outside of any plan: it is not read back and not rolled back, so
 * it is asked for by name, and the policies of the environment hold for it too.
 * @throws LimioError CONSENT_REQUIRED, PROTECTED, FREEZE.
 */
export function requireRawWrite(
  { environment }: Workspace,
  { method }: { method: string },
  options: RawWriteOptions,
): void {
  const { name, host } = environment;
  if (options.write !== true) {
    throw new LimioError({
      code: 'CONSENT_REQUIRED',
      message: `${method} may change ${name} (${host}); nothing was sent.`,
      hint: 'It is not read back and cannot be rolled back. If you mean it, add --write',
    });
  }
  if (environment.protected && options.allowProtected !== name) {
    throw new LimioError({
      code: 'PROTECTED',
      message: `The environment ${name} (${host}) is protected; nothing was sent.`,
      hint: `To change it, add --allow-protected=${name}`,
    });
  }
  const now = SYSTEM_CLOCK.now();
  const freeze = environment.freeze.find(({ fromMs, toMs }) => fromMs <= now && now < toMs);
  if (freeze && options.allowFreeze !== name) {
    throw new LimioError({
      code: 'FREEZE',
      message: `${name} is frozen: ${freeze.shown} (${freeze.reason}); nothing was sent.`,
      hint: `Wait for its end, or add --allow-freeze=${name}`,
    });
  }
}
