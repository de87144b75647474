import { join } from 'node:path';
import { selectEnvironment } from '../../config/environments.js';
import { createFileSafely } from '../../journal/files.js';
import { KIND_DEFINITIONS } from '../../kinds/kinds.js';
import type { NewKind } from '../../kinds/starting-documents.js';
import { type Address, formatAddress, normaliseName } from '../../model/address.js';
import { jsonEqual, type JsonObject, objectAt, textAt } from '../../model/json.js';
import type { Place, Problem } from '../../model/problem.js';
import { formatCommand } from '../../model/text.js';
import { joinWords } from '../../model/words.js';
import { escapeName } from '../../pull/describe-live.js';
import { type AdoptionFolders, nameFiles } from '../../pull/name-files.js';
import { escapeTerminal } from '../../render/escape.js';
import type { SourceText } from '../../source/documents.js';
import { formatBlock } from '../../source/edit/format.js';
import { chooseAdoptionFolders } from '../pull/pull.js';
import { showFilesOf } from '../shared/config.js';
import { refuseUsage } from '../shared/error-report.js';
import { type CliIo, formatNow } from '../shared/io.js';
import type { TenantOptions } from '../shared/options.js';
import { chooseTextLayout, printResult } from '../shared/output.js';
import { countProblems, renderFrames } from '../shared/problems.js';
import { canAsk, withPrompt } from '../shared/prompt.js';
import { loadForValidation, type Validation } from '../shared/workspace.js';
import { listProblems } from '../validate/validate.js';
import { collectAnswers, listMistakes, type NewAnswers } from './answers.js';
import { type DeclaredHabits, listCharges, parseNewKind } from './questions.js';
import { findSource, renameDocument, type Source, writeCopy } from './sources.js';
import { completeDocument, writeStartingDocument } from './starting-document.js';

export type NewOptions = TenantOptions & NewAnswers & { from?: string; dryRun?: boolean };

/** What `limio-sync new` made. */
interface NewFile {
  address: Address;
  file: string;
  text: string;
  /** What a creation requires and the document lacks. */
  missing: string[];
  /** About a copy, as sentences. */
  notes: string[];
  /** That the files did not have before. */
  warnings: Problem[];
  /** All files, with the new one and the tests. */
  files: SourceText[];
}

/**
 * `limio-sync new`: writes one new file, which passes `validate`. Overwrites nothing.
 *
 *   questions.ts          the fields that options and questions fill in, by kind
 *   answers.ts            asks for what no option gives, and checks each answer
 *   starting-document.ts  the text of a document that begins from nothing, with comments
 *   sources.ts            a copy of a declared or a live object
 */
export async function runNew(
  io: CliIo,
  kindText: string,
  name: string | undefined,
  options: NewOptions,
): Promise<number> {
  const kind = parseNewKind(kindText);
  const { config: configFile, from, dryRun } = options;
  const validation = await loadForValidation(io, configFile === undefined ? {} : { config: configFile });
  const place = chooseAdoptionFolders(validation.root, validation.config ?? {});
  const source = from === undefined ? undefined : await findSource(io, kind, from, validation, options, place.folders);
  checkEnvironment(options, validation, source);
  const begin = (chosen: string): JsonObject =>
    source ? renameDocument(kind, source.document, chosen) : beginDocument(kind, chosen, validation);
  const questions = {
    kind,
    name,
    answers: options,
    begin,
    isCopy: source !== undefined,
    habits: findHabits(validation),
    findNameFault: (chosen: string) => findDeclaration(kind, chosen, validation),
    findFault: (document: JsonObject) => findFault(document, validation),
    today: readToday(),
  };
  const answered =
    name === undefined && canAsk(io)
      ? await withPrompt(io, (ask) => collectAnswers(questions, ask))
      : await collectAnswers(questions);
  const file = nameFile(kind, answered.name, validation, place);
  const made = makeFile(kind, answered, { file, source, validation, answers: options });
  const isRead = place.isSourceFile(file);
  if (!isRead && !dryRun)
    throw refuseUsage(
      `No pattern of "files" in limio.config matches the path of the new file, ${file}.`,
      'Add a pattern that does. To print the document instead: --dry-run',
    );
  io.signal.throwIfAborted();
  if (!dryRun) createFileSafely(validation.root, join(validation.root, file), made.text);
  report(io, made, validation, options);
  return 0;
}

function readToday(): string {
  return formatNow().slice(0, 10);
}

/** @throws LimioError USAGE, ENVIRONMENT_UNKNOWN. A live source was read from its environment, so that one exists. */
function checkEnvironment({ env }: NewOptions, { config }: Validation, source: Source | undefined): void {
  if (env === undefined || source?.draft) return;
  if (!config) throw refuseUsage('--env requires a configuration.', 'To create one: limio-sync init');
  selectEnvironment(config, { flag: env, variable: undefined });
}

/** The required fields of a new document, with values that are true of any. */
function beginDocument(kind: NewKind, name: string, { environments }: Validation): JsonObject {
  const named = { kind, [KIND_DEFINITIONS[kind].identityKey]: escapeName(normaliseName(kind, name)) };
  if (kind === 'promo_code') return { ...named, applicationLevel: 'wholeBasket', status: true };
  if (kind !== 'journey') return { ...named, attributes: {} };
  // The variable that `limio-sync init` writes into the configuration.
  const hasDomain = environments.length > 0 && environments.every(({ vars }) => typeof vars['shopDomain'] === 'string');
  return hasDomain ? { ...named, domains: ['${vars.shopDomain}'] } : named;
}

/** A value that all resources share is a good default. */
function findHabits({ checked }: Validation): DeclaredHabits {
  const bodies = checked.resources.map(({ body }) => body);
  const currency = findOnly(bodies.flatMap(listCharges).map((charge) => textAt(charge, 'currencyCode')));
  const promoProduct = findOnly(
    bodies.map((body) => textAt(objectAt(objectAt(body, 'productDetails'), 'product'), 'path')),
  );
  return {
    ...(currency === undefined ? {} : { currency }),
    ...(promoProduct === undefined ? {} : { promoProduct }),
  };
}

function findOnly(values: readonly (string | undefined)[]): string | undefined {
  const [first, ...others] = new Set(values.filter((value) => value !== undefined));
  return others.length === 0 ? first : undefined;
}

/** Where the files declare the name already, as a sentence. */
function findDeclaration(kind: NewKind, name: string, validation: Validation): string | undefined {
  const address = formatAddress(kind, normaliseName(kind, name));
  if (!validation.checked.addresses.has(address)) return undefined;
  const { check, files, environments } = validation;
  const views = environments.length === 0 ? [check(files, [])] : environments.map((one) => check(files, [one]));
  const [at] = views.flatMap((view): Place[] => {
    const found = view.findOrigin(address)?.position;
    return found ? [found] : [];
  });
  const rest = at?.row ? ` with ${at.row.file}:${at.row.line}` : '';
  return `${address} is already declared${at ? ` in ${at.file}:${at.line}${rest}` : ''}.`;
}

const CANDIDATE = 'new.yaml';

/** Why `validate` would refuse a document, apart from what it still lacks. */
function findFault(document: JsonObject, { check, environments }: Validation): string | undefined {
  const text = `${formatBlock(document, 0, { eol: '\n' })}\n`;
  const fault = check([{ path: CANDIDATE, text }], environments).problems.find(
    ({ file, severity, code }) => file === CANDIDATE && severity === 'error' && code !== 'MISSING_KEY',
  );
  return fault && [fault.message, ...(fault.hint === undefined ? [] : [fault.hint])].join(' ');
}

function nameFile(
  kind: NewKind,
  name: string,
  { checked }: Validation,
  { folders, existing }: { folders: AdoptionFolders; existing: readonly string[] },
): string {
  const object = { address: formatAddress(kind, normaliseName(kind, name)), kind, name };
  return nameFiles([object], checked.resources, existing, folders).get(object.address) ?? '';
}

interface Making {
  file: string;
  source: Source | undefined;
  validation: Validation;
  answers: NewAnswers;
}

/** The text of the new file, checked with all others as `validate` does. @throws LimioError USAGE for new errors. */
function makeFile(
  kind: NewKind,
  { name, document }: { name: string; document: JsonObject },
  { file, source, validation, answers }: Making,
): NewFile {
  const { check, environments } = validation;
  const address = formatAddress(kind, normaliseName(kind, name));
  const made = source
    ? writeCopy(source, kind, document, { path: file, address, validation })
    : { text: writeStartingDocument(kind, completeDocument(document)), notes: [] };
  const files = [...validation.files, { path: file, text: made.text }];
  const checked = check(files, environments);
  const before = new Set(listProblems(validation).problems.map(identify));
  const after = listProblems({ ...validation, files, checked });
  const problems = after.problems.filter((problem) => !before.has(identify(problem)));
  const errors = problems.filter(({ severity }) => severity === 'error');
  if (errors.length > 0 || !checked.addresses.has(address))
    throw refuseUsage(
      `The new document would cause errors, so it was not written:\n${errors.map(describeProblem).join('\n')}`,
      'Change the arguments. To check the document without writing it: --dry-run',
    );
  return {
    address,
    file,
    text: made.text,
    missing: KIND_DEFINITIONS[kind].listMissing(document),
    notes: [
      ...(source?.notes ?? []),
      ...made.notes,
      ...(source ? [describeShared(source, renameDocument(kind, source.document, name), document, answers)] : []),
      ...listMistakes(document, readToday()),
    ],
    warnings: problems.filter(({ severity }) => severity !== 'error'),
    files: after.files,
  };
}

function identify({ file, line, col, code, message }: Problem): string {
  return [file, line, col, code, message].join('\n');
}

function describeProblem({ file, line, col, code, message, hint = '' }: Problem): string {
  return `  ${file}:${line}:${col} ${code}: ${`${message} ${hint}`.trim()}`;
}

/** Fields that two objects seldom have in common. */
const OWN_FIELDS = [
  'starting_point',
  'fallback_tag',
  'journeys',
  'description',
  'promoStartDate',
  'promoExpiryDate',
  'referencedOfferLabel',
  'productDetails',
  'discount',
  'usage',
  'products',
  'productBundles',
  'only',
  'except',
];
const OWN_ATTRIBUTES = ['display_price__limio', 'label__limio', 'description__limio', 'offer_features__limio'];

/**
 * The sentence that names what a copy has in common with its original and mostly should not. Compared with the
 * renamed original: a new label leaves the price of a charge as it was.
 */
function describeShared(
  { address, document: original }: Source,
  renamed: JsonObject,
  document: JsonObject,
  { price }: NewAnswers,
): string {
  const now = objectAt(document, 'attributes');
  const fields = [
    ...listEqual(OWN_FIELDS, renamed, document),
    ...listEqual(['display_name__limio'], objectAt(original, 'attributes'), now),
    ...listEqual(price === undefined ? ['price__limio'] : [], objectAt(renamed, 'attributes'), now),
    ...listEqual(OWN_ATTRIBUTES, objectAt(renamed, 'attributes'), now),
  ];
  return `Copied from ${address}.${fields.length === 0 ? '' : ` Check what it shares: ${joinWords(fields)}.`}`;
}

function listEqual(keys: readonly string[], a: JsonObject, b: JsonObject): string[] {
  return keys.filter((key) => Object.hasOwn(b, key) && jsonEqual(a[key], b[key]));
}

function report(io: CliIo, made: NewFile, validation: Validation, options: NewOptions): void {
  const { root, checked } = validation;
  const { files, ...rest } = made;
  const isWritten = options.dryRun !== true;
  const next = chooseNext(io, made, validation, options);
  const errors = countProblems(
    checked.problems.filter(({ code }) => code !== 'EMPTY_FILES'),
    'error',
  );
  if (options.format === 'text') {
    const { style } = chooseTextLayout(io.stderr, io, options);
    io.stderr.write(renderFrames(made.warnings, files, style, showFilesOf(io, root)));
    if (errors > 0)
      io.stderr.write(`The other files have ${errors === 1 ? 'an error' : `${errors} errors`}: limio-sync validate\n`);
  }
  const document = { kind: 'limio-sync/new', formatVersion: 1, written: isWritten, ...rest, next };
  const remarks = [...made.notes, ...(made.missing.length === 0 ? [] : [describeMissing(made, options)])].map(
    (line) => `${escapeTerminal(line)}\n`,
  );
  // The document alone is on stdout, so that it can go into a file.
  if (!isWritten && options.format === 'text') io.stderr.write(remarks.join(''));
  const shown = escapeTerminal(`${showFilesOf(io, root)(made.file)}  ${made.address}`);
  const about = remarks.length === 0 ? '' : `\n${remarks.join('')}`;
  printResult(io, options, document, ({ style }) => {
    if (isWritten) return `${style.added('created')}  ${shown}\n${about}\nNext: ${escapeTerminal(next)}\n`;
    return io.stdout.isTTY === true ? made.text.split('\n').map(escapeTerminal).join('\n') : made.text;
  });
}

/** The options that fill in what a creation requires. */
const OPTIONS_FOR = new Map([
  ['productDetails', '--rate-plan and --product'],
  ['productBundles', '--rate-plan and --product'],
  ['discount', '--discount'],
  ['starting_point', '--start'],
  ['journeys', '--destination'],
]);

function describeMissing({ missing, text }: NewFile, { dryRun }: NewOptions): string {
  const keys = missing.map((field) => /^\w+/.exec(field)?.[0] ?? '');
  const them = keys.length === 1 ? 'it' : 'them';
  const options = keys.flatMap((key) => OPTIONS_FOR.get(key) ?? []);
  const isExample = keys.every((key) => new RegExp(`^# ${key}:`, 'm').test(text));
  const edit = isExample
    ? `In the file, remove the # before ${them} and fill in your values.`
    : `Add ${them} to the file.`;
  // The written file declares the name, so that the command cannot be repeated with more options.
  const remedy = dryRun && options.length === keys.length ? `Add ${joinWords(options)}.` : edit;
  return `A creation also requires ${joinWords(missing)}. ${remedy}`;
}

/** The plan of the environment that was named, or of the first one that is not protected. */
function chooseNext(io: CliIo, { missing }: NewFile, { environments }: Validation, { env }: NewOptions): string {
  const named = environments.find(({ name }) => name === (env ?? io.env['LIMIO_ENV']));
  const chosen = named ?? environments.find((one) => !one.protected) ?? environments[0];
  if (missing.length > 0 || !chosen) return formatCommand('validate');
  return formatCommand('plan', '--env', chosen.name);
}
