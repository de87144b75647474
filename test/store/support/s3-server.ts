import { createHash, createHmac } from 'node:crypto';
import { type FaultyServer, type ServedAnswer, type ServedRequest, serveWithFaults } from './faulty-server.js';

export interface S3Server extends FaultyServer {
  /** Text and ETag of each object of the bucket, by name. */
  objects: Map<string, StoredObject>;
  /** As a store that accepts conditions and ignores them. */
  ignoresConditions: boolean;
  /** How many conditional writes are answered with 409, as if others were in progress. */
  conflicts: number;
  /** Reads and lists answer with what was before the last write. */
  answersOld: boolean;
  /** Refuses every request with this code. */
  refusal: { status: number; code: string; headers?: Record<string, string> } | undefined;
}

interface StoredObject {
  text: string;
  etag: string;
}

export interface S3ServerOptions {
  now: () => number;
  region?: string;
  sessionToken?: string;
  pageSize?: number;
}

export const S3_KEYS = { id: 'AKIDEXAMPLE', secret: 'secret/of+the=bucket' };
export const BUCKET = 'limio-state';

/**
 * One bucket as the documentation of Amazon S3 describes it: signatures of version 4, `If-Match` and `If-None-Match` on
 * PUT, 409 while another conditional write of the key is in progress, 412, and lists in pages.
 */
export async function startS3Server(options: S3ServerOptions): Promise<S3Server> {
  const { region = 'eu-west-1', pageSize = 1000 } = options;
  const objects = new Map<string, StoredObject>();
  const older = new Map<string, StoredObject>();
  const inProgress = new Set<string>();

  const put = async (name: string, request: ServedRequest): Promise<ServedAnswer> => {
    const match = request.headers['if-match'];
    const noneMatch = request.headers['if-none-match'];
    if (match === undefined && noneMatch === undefined) return refuse(400, 'TestNeedsACondition');
    if (inProgress.has(name) || s3.conflicts > 0) {
      s3.conflicts = Math.max(0, s3.conflicts - 1);
      return refuse(409, 'ConditionalRequestConflict');
    }
    inProgress.add(name);
    await new Promise((resolve) => setImmediate(resolve));
    inProgress.delete(name);
    const found = objects.get(name);
    if (!s3.ignoresConditions) {
      if (match !== undefined && found === undefined) return refuse(404, 'NoSuchKey');
      if (match !== undefined && match !== `"${found?.etag}"`) return refuse(412, 'PreconditionFailed');
      if (noneMatch === '*' && found !== undefined) return refuse(412, 'PreconditionFailed');
    }
    const etag = createHash('md5').update(request.body).digest('hex');
    older.clear();
    for (const [other, object] of objects) older.set(other, object);
    objects.set(name, { text: request.body, etag });
    return { status: 200, headers: { etag: `"${etag}"` } };
  };

  const get = (name: string, request: ServedRequest): ServedAnswer => {
    const found = (s3.answersOld ? older : objects).get(name);
    if (found === undefined) return refuse(404, 'NoSuchKey');
    const match = request.headers['if-match'];
    if (match !== undefined && match !== `"${found.etag}"`) return refuse(412, 'PreconditionFailed');
    return { status: 200, headers: { etag: `"${found.etag}"` }, body: found.text };
  };

  const list = (query: URLSearchParams): ServedAnswer => {
    if (query.get('list-type') !== '2' || query.get('encoding-type') !== 'url') return refuse(400, 'InvalidArgument');
    const prefix = query.get('prefix') ?? '';
    const start = query.get('continuation-token');
    const after = start === null ? '' : Buffer.from(start, 'base64').toString('utf8');
    const names = [...(s3.answersOld ? older : objects).keys()]
      .filter((name) => name.startsWith(prefix) && Buffer.compare(Buffer.from(name), Buffer.from(after)) > 0)
      .sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    const page = names.slice(0, pageSize);
    const isTruncated = names.length > page.length;
    const next = isTruncated
      ? `<NextContinuationToken>${Buffer.from(page.at(-1) ?? '').toString('base64')}</NextContinuationToken>`
      : '';
    const contents = page.map((name) => {
      const { text, etag } = objects.get(name) ?? { text: '', etag: '' };
      const key = encodeURIComponent(name).replaceAll('%20', '+').replaceAll('%2F', '/');
      const size = Buffer.byteLength(text);
      return `<Contents><Key>${key}</Key><ETag>&quot;${etag}&quot;</ETag><Size>${size}</Size></Contents>`;
    });
    return {
      status: 200,
      body:
        '<?xml version="1.0" encoding="UTF-8"?>\n<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">' +
        `<Name>${BUCKET}</Name><EncodingType>url</EncodingType><IsTruncated>${isTruncated}</IsTruncated>${next}` +
        `${contents.join('')}</ListBucketResult>`,
    };
  };

  const handle = async (request: ServedRequest): Promise<ServedAnswer> => {
    const [path = '', search = ''] = request.url.split('?');
    const problem = s3.refusal ?? checkSignature(request, { ...options, region });
    if (problem) return { ...refuse(problem.status, problem.code, region), headers: problem.headers ?? {} };
    const [, bucket = '', ...rest] = path.split('/');
    if (bucket !== BUCKET) return refuse(404, 'NoSuchBucket');
    const name = decodeURIComponent(rest.join('/'));
    if (request.method === 'PUT') return put(name, request);
    if (request.method !== 'GET') return refuse(405, 'MethodNotAllowed');
    return name === '' ? list(new URLSearchParams(search)) : get(name, request);
  };

  const server = await serveWithFaults(handle);
  const s3: S3Server = {
    ...server,
    objects,
    ignoresConditions: false,
    conflicts: 0,
    answersOld: false,
    refusal: undefined,
  };
  return s3;
}

function refuse(status: number, code: string, region = ''): ServedAnswer {
  return {
    status,
    body: `<?xml version="1.0"?>\n<Error><Code>${code}</Code><Message>no</Message><Region>${region}</Region></Error>`,
  };
}

interface Problem {
  status: number;
  code: string;
  headers?: Record<string, string>;
}

const SKEW_MS = 15 * 60_000;

/** The signature, computed again from what arrived: "Authenticating Requests (AWS Signature Version 4)". */
function checkSignature(
  { method, url, headers, body }: ServedRequest,
  { now, region, sessionToken }: S3ServerOptions & { region: string },
): Problem | undefined {
  const parts =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/s3\/aws4_request, SignedHeaders=([^,]+), Signature=(\w+)$/.exec(
      headers.authorization ?? '',
    );
  if (parts === null) return { status: 403, code: 'AccessDenied' };
  const [, id = '', day = '', theirRegion = '', signedHeaders = '', signature = ''] = parts;
  if (id !== S3_KEYS.id) return { status: 403, code: 'InvalidAccessKeyId' };
  if (theirRegion !== region) return { status: 400, code: 'AuthorizationHeaderMalformed' };
  const time = headerOf(headers, 'x-amz-date');
  const at = Date.parse(time.replace(/^(....)(..)(..T..)(..)(..Z)$/, '$1-$2-$3:$4:$5'));
  if (!(Math.abs(at - now()) < SKEW_MS)) return { status: 403, code: 'RequestTimeTooSkewed' };
  if (headerOf(headers, 'x-amz-security-token') !== (sessionToken ?? '')) return { status: 400, code: 'InvalidToken' };
  const hash = createHash('sha256').update(body).digest('hex');
  if (headerOf(headers, 'x-amz-content-sha256') !== hash) return { status: 400, code: 'XAmzContentSHA256Mismatch' };

  const names = signedHeaders.split(';');
  const required = Object.keys(headers).filter((name) => /^(x-amz-.*|host|if-.*)$/.test(name));
  if (required.some((name) => !names.includes(name))) return { status: 403, code: 'AccessDenied' };
  const [path = '', search = ''] = url.split('?');
  const query = search
    .split('&')
    .filter(Boolean)
    .map((pair) => pair.split('=').map((part) => uriEncode(decodeURIComponent(part))))
    .map(([name = '', value = '']) => `${name}=${value}`)
    .sort();
  const canonical = [
    method,
    path
      .split('/')
      .map((part) => uriEncode(decodeURIComponent(part)))
      .join('/'),
    query.join('&'),
    ...names.map((name) => `${name}:${headerOf(headers, name).trim().replace(/ +/g, ' ')}`),
    '',
    signedHeaders,
    hash,
  ].join('\n');
  const scope = `${day}/${region}/s3/aws4_request`;
  const text = ['AWS4-HMAC-SHA256', time, scope, createHash('sha256').update(canonical).digest('hex')].join('\n');
  const key = [day, region, 's3', 'aws4_request'].reduce<string | Buffer>(hmac, `AWS4${S3_KEYS.secret}`);
  return hmac(key, text).toString('hex') === signature ? undefined : { status: 403, code: 'SignatureDoesNotMatch' };
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

function headerOf(headers: ServedRequest['headers'], name: string): string {
  const value = headers[name];
  return Array.isArray(value) ? value.join(',') : (value ?? '');
}

/** Byte by byte, as the documentation says it. */
function uriEncode(text: string): string {
  return Array.from(Buffer.from(text, 'utf8'), (byte) => {
    const char = String.fromCharCode(byte);
    return /[A-Za-z0-9\-._~]/.test(char) ? char : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }).join('');
}
