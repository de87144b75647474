import { LimioError } from '../errors/errors.js';
import type { AwsSurroundings } from './aws-credentials.js';
import { createS3Client, type S3Bucket } from './s3-client.js';
import { nameScope, type StateStore, type StoredEntry, type StoreScope } from './store.js';

export interface S3StoreSettings extends S3Bucket {
  prefix?: string | undefined;
}

/**
 * Objects of a bucket, one for each key, with the ETag as version. Compare-and-swap is the store's own: `If-None-Match`
 * creates, `If-Match` replaces.
 *
 * A removed key is an empty object. The condition on a deletion is newer than the others, and stores that do not know
 * it delete whatever is there, also the lock of another run. So nothing is ever deleted, and nobody needs the right to.
 */
export function createS3Store(settings: S3StoreSettings, scope: StoreScope, surroundings: AwsSurroundings): StateStore {
  const client = createS3Client(settings, surroundings);
  const prefix = (settings.prefix ?? 'limio-sync').split('/').filter(Boolean);
  const home = [...prefix, ...nameScope(scope), ''].join('/');

  const write = async (key: string, text: string, expected: string | undefined): Promise<string | undefined> => {
    let condition = expected;
    for (;;) {
      const etag = await client.write(`${home}${key}`, text, condition);
      if (etag !== undefined) return etag;
      const found = await client.read(`${home}${key}`);
      // Something on the way sent the request twice, and the second one met the first.
      if (found?.text === text) return found.etag;
      if (expected !== undefined || found?.text !== '' || found.etag === condition) return undefined;
      condition = found.etag;
    }
  };

  return {
    place: `s3://${settings.bucket}/${home}`,
    async list() {
      const objects = await client.list(home);
      return objects
        .filter(({ size }) => size > 0)
        .map(({ name, etag }): StoredEntry => ({
          key: name.slice(home.length),
          version: etag,
          read: async () => {
            const found = await client.read(name, etag);
            if (found?.etag === etag) return found.text;
            throw describeChange(settings.bucket, name);
          },
        }))
        .sort((a, b) => (a.key < b.key ? -1 : 1));
    },
    async read(key) {
      const found = await client.read(`${home}${key}`);
      return found === undefined || found.text === '' ? undefined : { text: found.text, version: found.etag };
    },
    write,
    remove: async (key, expected) => (await client.write(`${home}${key}`, '', expected)) !== undefined,
  };
}

function describeChange(bucket: string, name: string): LimioError {
  return new LimioError({
    code: 'STORE_UNAVAILABLE',
    message: `The object ${name} of the bucket ${bucket} changed while it was read.`,
    hint: 'Run the command again.',
    details: { ambiguous: false },
  });
}
