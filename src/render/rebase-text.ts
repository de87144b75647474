import type { Address } from '../model/address.js';
import { canonicalJson, type Json } from '../model/json.js';
import type { Change, Plan } from '../model/plan.js';
import { escapeTerminal } from './escape-terminal.js';
import { formatField } from './format-field.js';
import { PLAIN_STYLE } from './style.js';

/** The plan that was approved against the one that holds now: what a person must look at again. */
export function renderRebaseText(old: Plan, now: Plan): string {
  const before = new Map(old.changes.map((change) => [change.address, change]));
  const after = new Map(now.changes.map((change) => [change.address, change]));
  const addresses = [...new Set([...before.keys(), ...after.keys()])].sort();
  const lines = addresses.flatMap((address) => compareChange(address, before.get(address), after.get(address)));
  return ['The tenant moved since the saved plan. Old plan against new plan:', ...lines, ''].join('\n');
}

function compareChange(address: Address, old: Change | undefined, now: Change | undefined): string[] {
  const name = escapeTerminal(address);
  if (!old) return [`  new        ${name}: not in the old plan`];
  if (!now) return [`  gone       ${name}: the tenant is as the files say already`];
  if (describe(old) === describe(now)) return [`  the same   ${name}`];
  return [`  different  ${name}`, ...listFields('old', old), ...listFields('new', now)];
}

function describe({ action, fields }: Change): string {
  return canonicalJson({ action, fields } as unknown as Json);
}

function listFields(side: string, { action, fields }: Change): string[] {
  if (action === 'delete') return [`    ${side}  delete`];
  return fields.map((field) => `    ${side}  ${formatField(field, PLAIN_STYLE)}`);
}
