import { z } from 'zod';
import { LimioError } from '../errors/errors.js';
import { hintNearest } from '../model/spelling.js';
import { countThings } from '../model/words.js';
import { configSchema } from './schema.js';

export interface ConfigProblem {
  /** `environments.prod.region` */
  path: string;
  message: string;
  hint?: string | undefined;
}

/** One error with every problem, each on its line; `details.problems` lists them for programs. */
export function refuseConfig(file: string, problems: readonly ConfigProblem[]): LimioError {
  const lines = problems.map(
    ({ path, message, hint }) => `  ${path}: ${message}${hint === undefined ? '' : ` ${hint}`}`,
  );
  return new LimioError({
    code: 'CONFIG_INVALID',
    message: `${file} has ${countThings(problems.length, 'problem')}:\n${lines.join('\n')}`,
    details: { file, problems },
  });
}

export function formatConfigPath(path: readonly PropertyKey[]): string {
  const text = path.map((part) =>
    /^[A-Za-z_$][\w$]*$/.test(String(part)) ? `.${String(part)}` : `[${JSON.stringify(part)}]`,
  );
  return text.join('').replace(/^\./, '') || 'the configuration';
}

const WORDS = new Map([
  ['string', 'text'],
  ['number', 'a number'],
  ['int', 'a whole number'],
  ['boolean', 'true or false'],
  ['array', 'a list'],
  ['object', 'an object'],
  ['record', 'an object'],
]);

/** An issue of the schema as problems, each a sentence with a hint. */
export function describeIssue(
  issue: z.core.$ZodIssue,
  value: unknown,
  base: readonly PropertyKey[] = [],
): ConfigProblem[] {
  const full = [...base, ...issue.path];
  const path = formatConfigPath(full);
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => describeKey(full, key, value));
    case 'invalid_union': {
      if (issue.discriminator !== undefined) return [describeValue(full, listChoices(full), value)];
      const deepest = issue.errors
        .map((errors) => errors.filter((one) => one.path.length > 0))
        .find((errors) => errors.length > 0);
      if (deepest) return deepest.flatMap((one) => describeIssue(one, value, full));
      const expected = issue.errors
        .flat()
        .flatMap((one) =>
          one.code === 'invalid_type'
            ? [WORDS.get(one.expected) ?? one.expected]
            : one.code === 'invalid_value'
              ? one.values.map((v) => `"${String(v)}"`)
              : [],
        );
      return [{ path, message: `Must be ${[...new Set(expected)].join(' or ')}.` }];
    }
    case 'invalid_value':
      return [describeValue(full, issue.values.map(String), value)];
    case 'invalid_type':
      if (getAt(value, full) === undefined) return [{ path, message: 'Required, but missing.' }];
      return [{ path, message: `Must be ${WORDS.get(issue.expected) ?? issue.expected}.` }];
    case 'too_small':
      if (issue.origin === 'string') return [{ path, message: 'Must not be empty.' }];
      if (issue.origin === 'array') return [{ path, message: 'Must have at least one element.' }];
      return [{ path, message: `Must be ${issue.minimum} or more.` }];
    case 'too_big':
      return [{ path, message: `Must be ${issue.maximum} or less.` }];
    default:
      return [{ path, message: `${issue.message}.` }];
  }
}

function describeValue(path: readonly PropertyKey[], allowed: readonly string[], value: unknown): ConfigProblem {
  const given = getAt(value, path);
  const hint = typeof given === 'string' ? hintNearest(given, allowed, undefined) : undefined;
  const names = allowed.map((one) => `"${one}"`).join(', ');
  return { path: formatConfigPath(path), message: `Must be one of ${names}.`, hint };
}

function describeKey(path: readonly PropertyKey[], key: string, value: unknown): ConfigProblem {
  const schemas = findSchemas(path);
  const chosen = schemas.filter((schema) => isChosen(schema, getAt(value, path)));
  const known = listKeys(chosen);
  const owner = schemas.find((schema) => !chosen.includes(schema) && listKeys([schema]).includes(key));
  const choice = owner && describeChoice(owner);
  const hint =
    choice === undefined
      ? hintNearest(key, known, `Allowed keys: ${known.join(', ')}.`)
      : `It belongs to ${choice.key} "${choice.values[0]}".`;
  return { path: formatConfigPath([...path, key]), message: 'Unknown key.', hint };
}

function getAt(value: unknown, path: readonly PropertyKey[]): unknown {
  let at = value;
  for (const part of path) {
    at =
      typeof at === 'object' && at !== null ? (Object.getOwnPropertyDescriptor(at, part)?.value as unknown) : undefined;
  }
  return at;
}

/** What an object or value at a path of the configuration may be: several for a union. */
function findSchemas(path: readonly PropertyKey[]): z.core.$ZodType[] {
  let schemas: z.core.$ZodType[] = [configSchema];
  for (const part of path) schemas = schemas.flatMap(listOptions).flatMap((schema) => stepInto(schema, String(part)));
  return schemas.flatMap(listOptions);
}

/** For suggestions. */
function listKeys(schemas: readonly z.core.$ZodType[]): string[] {
  return schemas
    .flatMap((schema) => (schema instanceof z.ZodObject ? Object.keys(schema.shape) : []))
    .filter((key) => key !== '$schema');
}

/** The key whose value decides between the objects of a union, as `backend` of `state`, with its values. */
function describeChoice(schema: z.core.$ZodType): { key: string; values: string[] } | undefined {
  const shape: Record<string, z.core.$ZodType> = schema instanceof z.ZodObject ? schema.shape : {};
  for (const [key, field] of Object.entries(shape)) {
    const [literal] = listOptions(field);
    if (literal instanceof z.ZodLiteral) return { key, values: Array.from(literal.values, String) };
  }
  return undefined;
}

/** Whether the object at hand is of this option of its union. Without the key, the one that does not require it. */
function isChosen(schema: z.core.$ZodType, object: unknown): boolean {
  const choice = describeChoice(schema);
  if (!choice) return true;
  const given = getAt(object, [choice.key]);
  return given === undefined ? isOptional(schema, choice.key) : choice.values.some((value) => value === given);
}

function isOptional(schema: z.core.$ZodType, key: string): boolean {
  return schema instanceof z.ZodObject && (schema.shape as Record<string, unknown>)[key] instanceof z.ZodOptional;
}

/** The values that a text at a path may have. */
function listChoices(path: readonly PropertyKey[]): string[] {
  return findSchemas(path).flatMap((schema) =>
    schema instanceof z.ZodLiteral ? Array.from(schema.values, String) : [],
  );
}

function stepInto(schema: z.core.$ZodType, key: string): z.core.$ZodType[] {
  if (schema instanceof z.ZodRecord) return [schema.valueType];
  if (schema instanceof z.ZodArray) return [schema.element];
  const shape: Record<string, z.core.$ZodType> = schema instanceof z.ZodObject ? schema.shape : {};
  const field = Object.hasOwn(shape, key) ? shape[key] : undefined;
  return field ? [field] : [];
}

function listOptions(schema: z.core.$ZodType): z.core.$ZodType[] {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable) return listOptions(schema.unwrap());
  if (schema instanceof z.ZodUnion) return schema.options.flatMap(listOptions);
  return [schema];
}
