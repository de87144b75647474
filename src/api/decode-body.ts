import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib';

type Decode = (bytes: Uint8Array, options: { maxOutputLength: number }) => Uint8Array;

const DECODERS: ReadonlyMap<string, Decode> = new Map([
  ['gzip', gunzipSync],
  ['x-gzip', gunzipSync],
  ['deflate', inflateSync],
  ['br', brotliDecompressSync],
]);

/**
 * The bytes of a body without its content encoding, which gateways apply unasked; as they are where
 * it is none that is known.
 * @throws the errors of zlib; code ERR_BUFFER_TOO_LARGE beyond `maxBytes`.
 */
export function decodeBody(bytes: Uint8Array, encoding: string | undefined, maxBytes: number): Uint8Array {
  const decode = DECODERS.get(encoding?.trim().toLowerCase() ?? '');
  return decode === undefined ? bytes : decode(bytes, { maxOutputLength: maxBytes });
}
