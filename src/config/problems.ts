import { z } from 'zod';
import { configSchema } from './schema.js';

/** One thing wrong with a configuration. */
export interface ConfigProblem {
  /** `environments.prod.region` */
  path: string;
  message: string;
  hint?: string;
}

export function formatConfigPath(path: readonly PropertyKey[]): string {
  const text = path.map((part) =>
    /^[A-Za-z_$][\w$]*$/.test(String(part)) ? `.${String(part)}` : `[${JSON.stringify(part)}]`,
  );
  return text.join('').replace(/^\./, '') || 'the configuration';
}

/** The keys that an object at a path of the configuration may have, for suggestions. */
export function listConfigKeys(path: readonly PropertyKey[]): string[] {
  let schemas: z.core.$ZodType[] = [configSchema];
  for (const part of path) schemas = schemas.flatMap(listOptions).flatMap((schema) => stepInto(schema, String(part)));
  return schemas
    .flatMap(listOptions)
    .flatMap((schema) => (schema instanceof z.ZodObject ? Object.keys(schema.shape) : []))
    .filter((key) => key !== '$schema');
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
