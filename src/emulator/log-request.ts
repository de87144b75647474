import { createRedactor } from '../errors/redact.js';
import { isJsonObject, type Json } from '../model/json.js';
import type { ApiRequest } from './route.js';
import type { RequestLogEntry, Tenant } from './tenant.js';

const REDACTED = '[redacted]';

/** Writes the request to the log before it is answered, so that one that fails stands there too. */
export function logRequest(tenant: Tenant, request: ApiRequest): RequestLogEntry {
  const redact = createRedactor([tenant.options.clientSecret]);
  const body = readLoggedBody(redact(request.bodyText));
  const entry: RequestLogEntry = {
    method: request.method,
    path: redact(request.rawPath),
    query: Object.fromEntries(
      [...request.query].map(([key, value]) => [key, isSecret(key) ? REDACTED : redact(value)]),
    ),
    headers: Object.fromEntries(
      [...request.headers].map(([key, value]) => [
        key,
        key === 'authorization' || key === 'cookie' ? REDACTED : redact(value),
      ]),
    ),
    ...(body !== undefined && { body }),
    status: 0,
    at: tenant.options.now(),
  };
  tenant.log.push(entry);
  if (tenant.log.length > tenant.options.logLimit) tenant.log.shift();
  return entry;
}

/** JSON, else a form that holds a secret or a grant, else text. */
function readLoggedBody(text: string): Json | undefined {
  if (text === '') return undefined;
  try {
    return hideSecrets(JSON.parse(text) as Json);
  } catch {
    if (!/(^|&)(client_secret|grant_type)=/.test(text))
      return text.replace(/(client_secret\W+)[^&\s"']+/g, `$1${REDACTED}`);
    return hideSecrets(Object.fromEntries(new URLSearchParams(text)));
  }
}

function hideSecrets(value: Json): Json {
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, isSecret(key) ? REDACTED : part]));
}

/** A secret sent here by mistake may be a real one, so it goes by its name, not by its value. */
function isSecret(key: string): boolean {
  return key === 'client_secret' || key === 'clientSecret' || key === 'access_token';
}
