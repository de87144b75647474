import { appendFileSync, statSync } from 'node:fs';
import type { Plan } from '../model/plan.js';

/** What a pipeline decides by; the outputs of a step have the same names. */
export interface PlanCounts {
  environment: string;
  /** Whether there is anything to do, to publish or to refuse. */
  changes: boolean;
  create: number;
  update: number;
  delete: number;
  /** Changes that the plan withholds; at least 1 while a guard is not lifted. */
  refused: number;
  fingerprint: string;
}

export function countPlan({ environment, summary, fingerprint, changes, publish, guards }: Plan): PlanCounts {
  return {
    environment,
    changes: changes.length > 0 || publish.pages.length > 0 || guards.length > 0,
    create: summary.create,
    update: summary.update,
    delete: summary.delete,
    refused: Math.max(summary.withheld, guards.length > 0 ? 1 : 0),
    fingerprint,
  };
}

export type Output = [name: string, value: string];

/**
 * Names and values for GITHUB_OUTPUT. One environment: the plain names. Several: the plain names are the
 * sums, without a fingerprint, and each environment has its own with its name in front (`prod_create`).
 * `plans` is everything as JSON, for workflows that do not know the names.
 */
export function listOutputs(plans: readonly PlanCounts[]): Output[] {
  const [only] = plans;
  if (only === undefined) return [];
  const plain = plans.length === 1 ? listCounts(only) : listNumbers(addNumbers(plans));
  const each =
    plans.length === 1
      ? []
      : plans.flatMap((plan) =>
          listCounts(plan).map(([name, value]): Output => [`${toName(plan.environment)}_${name}`, value]),
        );
  return [...plain, ...each, ['plans', JSON.stringify(plans)]];
}

/**
 * The outputs in the form for any text. The delimiter is random for each run, so that no value can end
 * itself and begin another output (GitHub, "Multiline strings").
 * @throws RangeError when a value contains the delimiter.
 */
export function formatOutputs(outputs: readonly Output[], delimiter: string): string {
  const clash = outputs.find(([, value]) => value.includes(delimiter));
  if (clash) throw new RangeError(`the value of ${clash[0]} contains its own delimiter`);
  return outputs.map(([name, value]) => `${name}<<${delimiter}\n${value}\n${delimiter}\n`).join('');
}

export function writeOutputs(file: string, outputs: readonly Output[], delimiter: string): void {
  appendFileSync(file, formatOutputs(outputs, delimiter));
}

type Numbers = Omit<PlanCounts, 'environment' | 'fingerprint'>;

function listCounts(plan: PlanCounts): Output[] {
  return [...listNumbers(plan), ['fingerprint', plan.fingerprint]];
}

function listNumbers({ changes, create, update, delete: deleted, refused }: Numbers): Output[] {
  return Object.entries({ changes, create, update, delete: deleted, refused }).map(([name, value]) => [
    name,
    String(value),
  ]);
}

function addNumbers(plans: readonly Numbers[]): Numbers {
  const sum = (key: Exclude<keyof Numbers, 'changes'>): number => plans.reduce((total, plan) => total + plan[key], 0);
  return {
    changes: plans.some(({ changes }) => changes),
    create: sum('create'),
    update: sum('update'),
    delete: sum('delete'),
    refused: sum('refused'),
  };
}

function toName(environment: string): string {
  return environment.replace(/[^A-Za-z0-9_-]/g, '_');
}

/** GitHub refuses the summary of a step above 1 MiB; the margin is for bytes that it may count differently. */
const MOST_BYTES = 1024 * 1024 - 8192;

/** Appends one text for each plan; they share what room the step has left. */
export function writeStepSummary(file: string, renders: readonly ((maxBytes: number) => string)[]): void {
  if (renders.length === 0) return;
  const used = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  const each = Math.floor((MOST_BYTES - used) / renders.length) - 1;
  if (each < 1024) return;
  appendFileSync(file, renders.map((render) => `${render(each)}\n`).join(''));
}
