import type { z } from 'zod';
import { LimioError } from '../errors/errors.js';
import { suggestNearest } from '../model/spelling.js';
import { checkEnvironments } from './check-environments.js';
import { type ConfigProblem, formatConfigPath } from './config-problem.js';
import { type Config, configSchema } from './config-schema.js';
import { listConfigKeys } from './list-config-keys.js';

const WORDS = new Map([
  ['string', 'a text'],
  ['number', 'a number'],
  ['int', 'a whole number'],
  ['boolean', 'true or false'],
  ['array', 'a list'],
  ['object', 'an object'],
  ['record', 'an object'],
]);

/**
 * A checked configuration.
 * @throws LimioError CONFIG_INVALID with every problem in `details.problems`.
 */
export function parseConfig(value: unknown, file: string): Config {
  const parsed = configSchema.safeParse(value);
  const problems = parsed.success
    ? checkEnvironments(parsed.data)
    : parsed.error.issues.flatMap((issue) => describeIssue(issue, value));
  if (parsed.success && problems.length === 0) return parsed.data;
  const lines = problems.map(
    ({ path, message, hint }) => `  ${path}: ${message}${hint === undefined ? '' : ` ${hint}`}`,
  );
  const count = problems.length === 1 ? 'a problem' : `${problems.length} problems`;
  throw new LimioError({
    code: 'CONFIG_INVALID',
    message: `${file} has ${count}:\n${lines.join('\n')}`,
    details: { file, problems },
  });
}

function describeIssue(issue: z.core.$ZodIssue, value: unknown, base: readonly PropertyKey[] = []): ConfigProblem[] {
  const full = [...base, ...issue.path];
  const path = formatConfigPath(full);
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => describeKey(full, key));
    case 'invalid_union': {
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
      return [{ path, message: `It must be ${[...new Set(expected)].join(' or ')}.` }];
    }
    case 'invalid_value': {
      const allowed = issue.values.map(String);
      const given = getAt(value, full);
      const nearest = typeof given === 'string' ? suggestNearest(given, allowed) : undefined;
      const hint = nearest === undefined ? {} : { hint: `Did you mean "${nearest}"?` };
      return [{ path, message: `It must be one of ${allowed.map((one) => `"${one}"`).join(', ')}.`, ...hint }];
    }
    case 'invalid_type':
      if (getAt(value, full) === undefined) return [{ path, message: 'It is missing.' }];
      return [{ path, message: `It must be ${WORDS.get(issue.expected) ?? issue.expected}.` }];
    default:
      return [{ path, message: `${issue.message}.` }];
  }
}

function describeKey(path: readonly PropertyKey[], key: string): ConfigProblem {
  const known = listConfigKeys(path);
  const nearest = suggestNearest(key, known);
  const hint = nearest === undefined ? `The keys here are ${known.join(', ')}.` : `Did you mean "${nearest}"?`;
  return { path: formatConfigPath([...path, key]), message: 'There is no such key.', hint };
}

function getAt(value: unknown, path: readonly PropertyKey[]): unknown {
  let at = value;
  for (const part of path) {
    at =
      typeof at === 'object' && at !== null ? (Object.getOwnPropertyDescriptor(at, part)?.value as unknown) : undefined;
  }
  return at;
}
