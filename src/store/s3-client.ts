import { createHash } from 'node:crypto';
import { AwsV4Signer } from 'aws4fetch';
import { LimioError } from '../errors/errors.js';
import { firstOf, type TextAttempt, type TextRequest } from '../http/send.js';
import { type AwsSurroundings, createAwsCredentials, findAwsDomain, findAwsRegion } from './aws-credentials.js';
import { describeAttempt, isUnsent, pause, sendToStore } from './requests.js';
import { childrenOf, parseXml, textOf, type XmlElement } from './xml.js';

/** The three calls of S3 that the store needs, signed by aws4fetch, and what their refusals mean. */
export interface S3Client {
  /** With `etag`, only that version. */
  read(name: string, etag?: string): Promise<S3Object | undefined>;
  /** Replaces the version `expected`, or creates. @returns the ETag; undefined when the condition does not hold. */
  write(name: string, text: string, expected: string | undefined): Promise<string | undefined>;
  list(prefix: string): Promise<ListedObject[]>;
}

interface S3Object {
  text: string;
  etag: string;
}

interface ListedObject {
  name: string;
  etag: string;
  size: number;
}

export interface S3Bucket {
  bucket: string;
  region?: string | undefined;
  endpoint?: string | undefined;
  pathStyle?: boolean | undefined;
}

interface Call {
  method: 'GET' | 'PUT';
  /** The right that it needs. */
  right: 's3:GetObject' | 's3:PutObject' | 's3:ListBucket';
  name: string;
  query?: Readonly<Record<string, string>>;
  headers?: Readonly<Record<string, string>>;
  body?: string;
}

interface S3Answer {
  status: number;
  body: string;
  etag: string | undefined;
  /** The code of a refusal, such as NoSuchKey. */
  code: string | undefined;
}

type Send = (call: Call) => Promise<S3Answer>;

/** S3 answers 409 while another conditional write of the key is in progress, and asks to send the request again. */
const CONFLICT_ATTEMPTS = 8;

export function createS3Client(settings: S3Bucket, surroundings: AwsSurroundings): S3Client {
  const send = createSender(settings, surroundings);
  return {
    async read(name, etag) {
      const headers = etag === undefined ? {} : { 'if-match': `"${etag}"` };
      const answer = await send({ method: 'GET', right: 's3:GetObject', name, headers });
      if (answer.status !== 200) return undefined;
      return { text: answer.body, etag: requireEtag(settings, answer, false) };
    },
    async write(name, text, expected) {
      const condition = expected === undefined ? { 'if-none-match': '*' } : { 'if-match': `"${expected}"` };
      const headers = { 'content-type': 'text/plain; charset=utf-8', ...condition };
      for (let attempt = 1; ; attempt += 1) {
        const answer = await send({ method: 'PUT', right: 's3:PutObject', name, headers, body: text });
        if (answer.status === 200) return requireEtag(settings, answer, true);
        if (answer.status !== 409) return undefined;
        if (attempt === CONFLICT_ATTEMPTS) throw describeStorm(settings);
        await pause(surroundings, attempt);
      }
    },
    list: (prefix) => listAll(settings, send, prefix),
  };
}

async function listAll(settings: S3Bucket, send: Send, prefix: string): Promise<ListedObject[]> {
  const found: ListedObject[] = [];
  let token: string | undefined;
  do {
    const query = {
      'list-type': '2',
      'encoding-type': 'url',
      prefix,
      ...(token === undefined ? {} : { 'continuation-token': token }),
    };
    const answer = await send({ method: 'GET', right: 's3:ListBucket', name: '', query });
    const page = parseXml(answer.body);
    const next = textOf(page, 'IsTruncated') === 'true' ? textOf(page, 'NextContinuationToken') : undefined;
    const isWhole = next !== undefined || textOf(page, 'IsTruncated') !== 'true';
    if (page?.name !== 'ListBucketResult' || !isWhole || (next !== undefined && next === token))
      throw makeNoSense(settings, 'a list of objects that is not complete', false);
    const isEncoded = textOf(page, 'EncodingType') === 'url';
    found.push(...childrenOf(page, 'Contents').map((entry) => readEntry(settings, entry, isEncoded)));
    token = next;
  } while (token !== undefined);
  return found;
}

function readEntry(settings: S3Bucket, entry: XmlElement, isEncoded: boolean): ListedObject {
  const name = textOf(entry, 'Key');
  const etag = textOf(entry, 'ETag');
  const size = Number(textOf(entry, 'Size'));
  if (name === undefined || etag === undefined || Number.isNaN(size))
    throw makeNoSense(settings, 'a list of objects without key, ETag or size', false);
  return { name: isEncoded ? decodeName(settings, name) : name, etag: bareEtag(etag), size };
}

/** A form, in which a blank is a plus. */
function decodeName(settings: S3Bucket, name: string): string {
  try {
    return decodeURIComponent(name.replaceAll('+', ' '));
  } catch {
    throw makeNoSense(settings, 'a list of objects with a key that cannot be decoded', false);
  }
}

/** Sends calls, and returns the answers that a caller decides on: 200, 404 for a key, 409 and 412. */
function createSender(settings: S3Bucket, surroundings: AwsSurroundings): Send {
  const { bucket, endpoint } = settings;
  const region = settings.region ?? findAwsRegion(surroundings) ?? 'us-east-1';
  const credentials = createAwsCredentials(surroundings, region);
  const base = new URL(endpoint ?? `https://s3.${region}.${findAwsDomain(region)}`);
  // No certificate covers the dots of a bucket in front of the host.
  const pathStyle = settings.pathStyle ?? (endpoint !== undefined || bucket.includes('.'));
  if (!pathStyle) base.hostname = `${bucket}.${base.hostname}`;
  const folder = `${base.pathname.replace(/\/+$/, '')}/${pathStyle ? `${encode(bucket)}/` : ''}`;
  const cache = new Map<string, ArrayBuffer>();

  const sign = async ({ method, name, query = {}, headers, body }: Call): Promise<TextRequest> => {
    const { expiresAt: _, ...keys } = await credentials();
    const search = Object.entries(query).map(([key, value]) => `${key}=${encode(value)}`);
    const path = `${folder}${name.split('/').map(encode).join('/')}`;
    const signed = await new AwsV4Signer({
      ...keys,
      method,
      url: `${base.origin}${path}${search.length === 0 ? '' : `?${search.join('&')}`}`,
      headers: {
        ...headers,
        'x-amz-content-sha256': createHash('sha256')
          .update(body ?? '')
          .digest('hex'),
      },
      service: 's3',
      region,
      datetime: new Date(surroundings.clock.now()).toISOString().replace(/[:-]|\.\d{3}/g, ''),
      cache,
    }).sign();
    // URLs drop `..`, and the request would go to the object of somebody else.
    if (signed.url.pathname !== path)
      throw new LimioError({ code: 'INTERNAL', message: `The key ${name} cannot be the name of an object.` });
    return {
      method,
      path: `${signed.url.pathname}${signed.url.search}`,
      headers: Object.fromEntries(signed.headers),
      body,
    };
  };

  return async (call) => {
    const attempt = await sendToStore(surroundings, base.origin, () => sign(call));
    if (attempt.kind === 'failure') throw describeFailure(settings, region, call, attempt, undefined);
    const { status, body, headers } = attempt;
    const error = status < 300 ? undefined : parseXml(body);
    const code = textOf(error, 'Code');
    const answer = { status, body, code, etag: bareEtagOf(firstOf(headers, 'etag')) };
    const isAbsent = status === 404 && code === 'NoSuchKey';
    if (status === 200 || status === 409 || status === 412 || isAbsent) return answer;
    throw describeFailure(settings, region, call, attempt, error);
  };
}

/** Everything but letters, digits and `-_.~`, as the signature requires. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** Gateways that compress make ETags weak. */
function bareEtag(etag: string): string {
  return etag.trim().replace(/^W\//, '').replace(/^"|"$/g, '');
}

function bareEtagOf(etag: string | undefined): string | undefined {
  return etag === undefined ? undefined : bareEtag(etag);
}

function requireEtag(settings: S3Bucket, { etag }: S3Answer, ambiguous: boolean): string {
  if (!etag) throw makeNoSense(settings, 'an answer without an ETag', ambiguous);
  return etag;
}

function makeNoSense({ bucket }: S3Bucket, what: string, ambiguous: boolean): LimioError {
  return new LimioError({
    code: 'STORE_UNAVAILABLE',
    message: `The store of the bucket ${bucket} sent ${what}.`,
    hint: 'Run the command again. If it happens again, the endpoint is not an S3 store, or a proxy answers for it.',
    details: { ambiguous },
  });
}

function describeStorm({ bucket }: S3Bucket): LimioError {
  return new LimioError({
    code: 'STORE_UNAVAILABLE',
    message: `The bucket ${bucket} refused a write ${CONFLICT_ATTEMPTS} times because others write the same object.`,
    hint: 'Run the command again.',
    details: { ambiguous: false },
  });
}

const WRONG_KEYS = new Set([
  'InvalidAccessKeyId',
  'SignatureDoesNotMatch',
  'ExpiredToken',
  'InvalidToken',
  'TokenRefreshRequired',
]);

/** Without the message of the store: it may quote the request with its signature. */
function describeFailure(
  { bucket, endpoint }: S3Bucket,
  region: string,
  { method, right, name }: Call,
  attempt: TextAttempt,
  error: XmlElement | undefined,
): LimioError {
  const code = textOf(error, 'Code') ?? '';
  const status = attempt.kind === 'answer' ? attempt.status : 0;
  const other =
    (attempt.kind === 'answer' ? firstOf(attempt.headers, 'x-amz-bucket-region') : undefined) ??
    textOf(error, 'Region');
  const ambiguous = method === 'PUT' && !isUnsent(attempt) && (status === 0 || status === 429 || status >= 500);
  const at = endpoint === undefined ? '' : ` at ${new URL(endpoint).host}`;
  const fail = (kind: 'STORE_FORBIDDEN' | 'STORE_UNAVAILABLE' | 'STORE_UNSAFE', message: string, hint: string) =>
    new LimioError({ code: kind, message, hint, details: { ambiguous, ...(code === '' ? {} : { reason: code }) } });

  const isElsewhere = [301, 307, 308].includes(status) || code === 'AuthorizationHeaderMalformed';
  if (isElsewhere && other !== undefined && other !== region)
    return fail(
      'STORE_UNAVAILABLE',
      `The bucket ${bucket} is in the region ${other}, not in ${region}.`,
      `Set it in limio.config: state: { backend: 's3', bucket: '${bucket}', region: '${other}' }`,
    );
  if (code === 'NoSuchBucket')
    return fail(
      'STORE_UNAVAILABLE',
      `The bucket ${bucket} does not exist${at}.`,
      'Create it, or correct `bucket`, `region` or `endpoint` of `state` in limio.config.',
    );
  if (code === 'RequestTimeTooSkewed')
    return fail(
      'STORE_FORBIDDEN',
      'The clock of this machine differs by more than 15 minutes from the clock of the store.',
      'Set the clock, then run the command again.',
    );
  if (WRONG_KEYS.has(code))
    return fail(
      'STORE_FORBIDDEN',
      `The store of the bucket ${bucket} refused the credentials (${code}).`,
      code === 'ExpiredToken' || code === 'TokenRefreshRequired'
        ? 'They have expired. Sign in again, then run the command again.'
        : 'Check AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN and AWS_PROFILE.',
    );
  if (status === 401 || status === 403)
    return fail(
      'STORE_FORBIDDEN',
      `The credentials lack the right ${right} on ${right === 's3:ListBucket' ? bucket : `${bucket}/${name}`}.`,
      right === 's3:GetObject'
        ? 'Give them s3:GetObject on the objects and s3:ListBucket on the bucket: without that one, S3 also refuses ' +
            'to say that an object does not exist. docs/state.md has the policy.'
        : `Give them ${right}; docs/state.md has the policy.`,
    );
  if (code === 'NotImplemented')
    return fail(
      'STORE_UNSAFE',
      `The store of the bucket ${bucket} has no conditional writes.`,
      "Use a store that has them, or `state: { backend: 'git' }`.",
    );
  return fail(
    'STORE_UNAVAILABLE',
    `Cannot use the bucket ${bucket}${at}: ${describeAttempt(attempt, code)}.`,
    'Check the network and `endpoint`, then run the command again.',
  );
}
