import { getOwn, isJsonObject, type Json, type JsonObject } from '../model/json.js';
import { Refusal, type ApiRequest } from './route.js';

/** The JSON object that a write sends. Refuses another content type, bad JSON and other values. */
export function readBody(request: ApiRequest): JsonObject {
  const type = getContentType(request);
  if (type !== 'application/json') throw new Refusal(400, `Content-Type must be application/json, not "${type}"`);
  const value = readJson(request);
  if (!isJsonObject(value)) throw new Refusal(400, 'The body must be an object');
  return value;
}

/** Any JSON value, whatever the content type says. */
export function readJson(request: ApiRequest): Json {
  try {
    return JSON.parse(request.bodyText) as Json;
  } catch {
    throw new Refusal(400, 'The body is not JSON');
  }
}

/** Without parameters such as the charset, in lower case. */
export function getContentType(request: ApiRequest): string {
  return (request.headers.get('content-type') ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
}

export function requireText(body: JsonObject, key: string): string {
  const value = getOwn(body, key);
  if (typeof value !== 'string' || value === '') throw new Refusal(400, `${key} is required and must be a string`);
  return value;
}

export function requireObject(body: JsonObject, key: string): JsonObject {
  const value = getOwn(body, key);
  if (!isJsonObject(value)) throw new Refusal(400, `${key} is required and must be an object`);
  return value;
}

/** An array of strings with at least one. */
export function requireTexts(body: JsonObject, key: string): string[] {
  const value = getOwn(body, key);
  if (!Array.isArray(value) || value.length === 0)
    throw new Refusal(400, `${key} must be an array with at least one element`);
  return value.map((element) => {
    if (typeof element !== 'string') throw new Refusal(400, `${key} must hold strings only`);
    return element;
  });
}
