import { decimalsOf, isPlainAmount, readAmount, spellAmount } from '../../charges/amount.js';
import { type NewKind, STARTING_DOCUMENTS } from '../../kinds/starting-documents.js';
import { normaliseName } from '../../model/address.js';
import { asObject, isJsonObject, type Json, type JsonObject, listAt, objectAt, textAt } from '../../model/json.js';
import { formatCommand } from '../../model/text.js';
import { joinWords } from '../../model/words.js';
import { refuseUsage } from '../shared/error-report.js';
import type { Ask } from '../shared/prompt.js';
import { type DeclaredHabits, type Field, FIELDS, listCharges } from './questions.js';

/** The options of the command line, as Commander names them. */
export interface NewAnswers {
  displayName?: string;
  price?: string;
  currency?: string;
  every?: string;
  discount?: string;
  for?: string;
  expires?: string;
  ratePlan?: string;
  product?: string;
  start?: string;
  destination?: string;
  countries?: string;
  fallback?: string;
}

export interface AnswersInput {
  kind: NewKind;
  name: string | undefined;
  answers: NewAnswers;
  /** The document with its name and nothing that was answered. */
  begin: (name: string) => JsonObject;
  /** A copy has all values: only options change it, and nothing but its name is asked. */
  isCopy: boolean;
  habits: DeclaredHabits;
  findNameFault: (name: string) => string | undefined;
  /** Why `validate` would refuse a document. */
  findFault: (document: JsonObject) => string | undefined;
  /** YYYY-MM-DD. */
  today: string;
}

/**
 * The document with its name and the answers: of options, else of questions where `ask` is given, else the defaults.
 * @throws LimioError USAGE, INTERRUPTED.
 */
export async function collectAnswers(input: AnswersInput, ask?: Ask): Promise<{ name: string; document: JsonObject }> {
  refuseForeign(input);
  const name = await chooseName(input, ask);
  let document = input.begin(name);
  for (const field of FIELDS.filter(({ kinds }) => kinds.includes(input.kind)))
    document = await answerField(field, document, input, ask);
  return { name, document };
}

/** @throws LimioError USAGE for an option of another kind. */
function refuseForeign({ kind, answers }: AnswersInput): void {
  const foreign = FIELDS.find((field) => !field.kinds.includes(kind) && readAnswer(field, answers) !== undefined);
  if (!foreign) return;
  const kinds = foreign.kinds.map((one) => one.replace('_', '-'));
  throw refuseUsage(`--${foreign.flag} is for ${joinWords(kinds)}, not for ${kind.replace('_', '-')}.`);
}

function readAnswer({ flag }: Pick<Field, 'flag'>, answers: NewAnswers): string | undefined {
  const key = flag.replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
  return new Map<string, string | undefined>(Object.entries(answers)).get(key);
}

async function chooseName(input: AnswersInput, ask: Ask | undefined): Promise<string> {
  const { kind, name, begin, findNameFault, findFault } = input;
  const { question, what, example } = STARTING_DOCUMENTS[kind];
  const findAnyFault = (answer: string): string | undefined =>
    answer.trim() === '' ? `It needs a ${what}.` : (findNameFault(answer) ?? findFault(begin(answer)));
  const hint = `For example: ${formatCommand('new', kind.replace('_', '-'), ...example)}`;
  if (name === undefined) {
    if (ask) return normaliseName(kind, await ask({ text: question, findFault: findAnyFault }));
    throw refuseUsage(`The ${what} of the new ${kind.replace('_', '-')} is required without a terminal.`, hint);
  }
  const fault = findAnyFault(name);
  if (fault === undefined) return normaliseName(kind, name);
  const trimmed = name.trim();
  if (trimmed !== name && findAnyFault(trimmed) === undefined)
    throw refuseUsage(`The ${what} "${name}" cannot be used: it has spaces around it. Write "${trimmed}"`, hint);
  if (fault === findNameFault(name)) throw refuseUsage(fault, 'To change it, edit that file. To copy it: --from');
  throw refuseUsage(`The ${what} "${name}" cannot be used. ${fault}`, hint);
}

async function answerField(
  field: Field,
  document: JsonObject,
  { answers, isCopy, habits, findFault, today }: AnswersInput,
  ask: Ask | undefined,
): Promise<JsonObject> {
  const { flag, needs, text, fallback, isOpen, apply } = field;
  const evaluate = (answer: string): JsonObject | string => {
    const next = apply(document, answer);
    if (typeof next === 'string') return next;
    const before = listMistakes(document, today);
    return findFault(next) ?? listMistakes(next, today).find((mistake) => !before.includes(mistake)) ?? next;
  };
  const take = (answer: string): JsonObject => {
    const next = evaluate(answer);
    if (typeof next !== 'string') return next;
    throw refuseUsage(`--${flag} ${JSON.stringify(answer)} cannot be used. ${next}`);
  };
  const given = readAnswer(field, answers);
  if (given?.trim() === '') throw refuseUsage(`--${flag} has no value.`, 'Give one, or omit the option.');
  if (given !== undefined) return take(given);
  if (isCopy || (needs !== undefined && !isOpen?.(document))) return document;
  const value = fallback?.(document, habits);
  if (ask) {
    const findAnswerFault = (answer: string): string | undefined => {
      const next = answer === '' && value === undefined ? 'It needs an answer.' : evaluate(answer);
      return typeof next === 'string' ? next : undefined;
    };
    return take(await ask({ text, fallback: value, findFault: findAnswerFault }));
  }
  if (value !== undefined) return take(value);
  if (needs === undefined) return document;
  throw refuseUsage(`--${needs} also requires --${flag}.`, 'See limio-sync new --help');
}

/**
 * What `validate` accepts and nobody wants in a new document, as sentences: answers with one are refused, and a copy
 * is made with a note, because its original may be right.
 */
export function listMistakes(document: JsonObject, today: string): string[] {
  const discount = objectAt(document, 'discount');
  return [
    ...listCharges(document).flatMap(({ value, currencyCode }) => checkPrice(value, currencyCode)),
    ...checkAmount(discount['amountDiscount'], discount['currency']),
    ...checkDiscount(discount),
    ...checkExpiry(textAt(document, 'promoExpiryDate'), today),
    ...checkDestinations(document),
  ];
}

function checkPrice(value: Json | undefined, currency: Json | undefined): string[] {
  const amount = readAmount(value, asText(currency));
  const isNegative = amount !== undefined && amount.units < 0n;
  return isNegative ? [`The price ${asText(value)} is below 0.`] : checkAmount(value, currency);
}

/** Prices are texts, and amounts of discounts may be numbers. */
function checkAmount(value: Json | undefined, currency: Json | undefined): string[] {
  const code = asText(currency);
  const amount = readAmount(value, code);
  if (!amount) return [];
  if (typeof value === 'string' && !isPlainAmount(value)) return [`Write ${spellAmount(amount)}`];
  const hasDecimals = amount.scale > 0 && decimalsOf(code) === 0;
  return hasDecimals ? [`The amount ${asText(value)} has decimals, and ${code} has none.`] : [];
}

function checkDiscount({ percentageDiscount, amountDiscount }: JsonObject): string[] {
  const amounts = [percentageDiscount, amountDiscount].map((value) => readAmount(value, ''));
  return amounts.some((amount) => amount?.units === 0n) ? ['A discount of 0 saves nothing.'] : [];
}

/** The last day counts, so only later days are too late. */
function checkExpiry(last: string | undefined, today: string): string[] {
  const isPast = last !== undefined && /^\d{4}-\d{2}-\d{2}/.test(last) && last.slice(0, 10) < today;
  return isPast ? [`The last day of the code, ${last}, is in the past.`] : [];
}

/** A branch with several destinations may keep some visitors where they are, to compare two pages. */
function checkDestinations(document: JsonObject): string[] {
  const start = textAt(document, 'starting_point');
  const only = listAt(document, 'journeys').flatMap((branch) => {
    const [action, ...others] = listAt(asObject(branch), 'actions');
    return isJsonObject(action) && others.length === 0 ? [textAt(action, 'destination')] : [];
  });
  return start !== undefined && only.includes(start)
    ? [`The journey starts at ${start} and leads visitors to the same page.`]
    : [];
}

function asText(value: Json | undefined): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}
