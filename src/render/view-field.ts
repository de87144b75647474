import { type Json, parsePointer } from '../model/json.js';
import type { FieldChange } from '../model/plan.js';
import { describeRouting } from './describe-routing.js';
import { diffWords, type WordPart } from './diff-words.js';
import { listMarkup, readHtml } from './read-html.js';
import { shortenId } from './shorten-id.js';
import { shortenText } from './shorten-text.js';
import { writeJson } from './write-json.js';

/** One field of a change, ready to be shown in any form; every text is the tenant's and unescaped. */
export type FieldView = { name: string } & (
  | { form: 'value'; before?: Json; after?: Json }
  | { form: 'words'; parts: readonly WordPart[] }
  /** Texts that are too long or too different for a diff by words. */
  | { form: 'texts'; before: string; after: string }
  | { form: 'set'; removed: readonly string[]; added: readonly string[] }
  | { form: 'order'; before: Json; after: Json }
  | { form: 'routing'; before: readonly string[]; after: readonly string[] }
);

const MOST_SHORT_CHARACTERS = 40;
/** No rendering shows less of a value. */
const MOST_VALUE_CHARACTERS = 200;
const MOST_POINTER_CHARACTERS = 1_000;

export function viewField(field: FieldChange): FieldView {
  const { before, after, show } = field;
  const name = nameField(field.path);
  if (show === 'routing') {
    return {
      name,
      form: 'routing',
      before: before === undefined ? [] : describeRouting(before),
      after: after === undefined ? [] : describeRouting(after),
    };
  }
  if (before === undefined || after === undefined)
    return {
      name,
      form: 'value',
      ...(before === undefined ? {} : { before }),
      ...(after === undefined ? {} : { after }),
    };
  if (show === 'order') return { name, form: 'order', before, after };
  if (show === 'set' && Array.isArray(before) && Array.isArray(after)) return { name, ...compareSets(before, after) };
  if ((show === 'text' || show === 'html') && typeof before === 'string' && typeof after === 'string') {
    return viewTexts(name, before, after, show);
  }
  const [from, to] = [writeJson(before), writeJson(after)];
  // Cut off for the length, two long values could look the same.
  if (Math.max(from.length, to.length) > MOST_VALUE_CHARACTERS) return viewWords(name, from, to);
  return { name, form: 'value', before, after };
}

/** `price__limio[charge_1].value` for `/attributes/price__limio/charge_1/value`. */
export function nameField(pointer: string): string {
  const [first = '', ...rest] = parsePointer(shortenText(pointer, MOST_POINTER_CHARACTERS));
  const segments = first === 'attributes' && rest.length > 0 ? rest : [first, ...rest];
  const [head = '', ...tail] = segments.map(shortenId);
  return tail.reduce((name, segment) => name + (/^[a-z]\w*$/i.test(segment) ? `.${segment}` : `[${segment}]`), head);
}

function viewTexts(name: string, before: string, after: string, show: 'text' | 'html'): FieldView {
  const [old, wanted] = [readHtml(before), readHtml(after)];
  // Where the words are the same it is the markup that changed, and a link or a script must not hide behind words that change, too.
  const isRead = show === 'html' && old !== wanted && listMarkup(before).join() === listMarkup(after).join();
  const [from, to] = isRead ? [old, wanted] : [before, after];
  // Short ones, such as displayed prices, are read more easily whole than word by word.
  if (isRead && Math.max(from.length, to.length) <= MOST_SHORT_CHARACTERS)
    return { name, form: 'value', before: from, after: to };
  return viewWords(name, from, to);
}

function viewWords(name: string, from: string, to: string): FieldView {
  const parts = diffWords(from, to);
  return parts ? { name, form: 'words', parts } : { name, form: 'texts', before: from, after: to };
}

function compareSets(before: Json[], after: Json[]): { form: 'set'; removed: string[]; added: string[] } {
  const old = new Set(before.map((item) => writeJson(item)));
  const wanted = new Set(after.map((item) => writeJson(item)));
  return {
    form: 'set',
    removed: [...old].filter((item) => !wanted.has(item)),
    added: [...wanted].filter((item) => !old.has(item)),
  };
}
