import { randomBytes } from 'node:crypto';
import { LimioError } from '../errors/errors.js';
import type { StateStore } from './store.js';

/**
 * Tries whether a store respects the conditions of a write: some accept them and write anyway, and then two runs would
 * both believe that they hold the lock. Uses a key that nobody else has, and removes it again.
 * @throws LimioError STORE_UNSAFE, and what the store throws.
 */
export async function probeConditions(store: StateStore): Promise<void> {
  const id = randomBytes(8).toString('hex');
  const key = `probe-${id}.json`;
  const text = (step: string): string => `${JSON.stringify({ probe: id, step })}\n`;
  try {
    const results = await Promise.allSettled(['one', 'two'].map((step) => store.write(key, text(step), undefined)));
    const [first, ...others] = results.flatMap((result) => {
      if (result.status === 'rejected') throw result.reason;
      return result.value ?? [];
    });
    if (others.length > 0 || first === undefined) throw refuse(store, 'two machines created one key at once');
    if ((await store.write(key, text('three'), undefined)) !== undefined)
      throw refuse(store, 'a key that existed was created again');
    const second = await store.write(key, text('four'), first);
    if (second === undefined) throw refuse(store, 'a write at the current version was refused');
    if ((await store.write(key, text('five'), first)) !== undefined)
      throw refuse(store, 'a key was replaced at an old version');
    if (await store.remove(key, first)) throw refuse(store, 'a key was removed at an old version');
  } finally {
    await removeProbe(store, key);
  }
}

/** What cannot be removed is harmless; the failure before it matters more. */
async function removeProbe(store: StateStore, key: string): Promise<void> {
  try {
    const found = await store.read(key);
    if (found) await store.remove(key, found.version);
  } catch {
    // Nothing else uses the key.
  }
}

function refuse(store: StateStore, what: string): LimioError {
  return new LimioError({
    code: 'STORE_UNSAFE',
    message: `${store.place} ignores the conditions of a write: ${what}. Nothing of a run was written.`,
    hint: "Use a store with conditional writes, or `state: { backend: 'git' }`; docs/state.md compares them.",
    details: { place: store.place },
  });
}
