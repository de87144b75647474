import { expect, test } from 'vitest';
import { mapConcurrent } from '../../src/model/async.js';

test('runs at most the limit at a time and returns results in the order of the items', async () => {
  let open = 0;
  let most = 0;
  const work = async (item: number): Promise<number> => {
    most = Math.max(most, (open += 1));
    for (let turns = 0; turns < 10 - item; turns += 1) await Promise.resolve();
    open -= 1;
    return item * 10;
  };
  expect(await mapConcurrent([1, 2, 3, 4, 5, 6, 7], 3, work)).toEqual([10, 20, 30, 40, 50, 60, 70]);
  expect(most).toBe(3);
});

test.each([
  [[], 4, []],
  [[1, 2], 0, [1, 2]],
  [[1, 2], 99, [1, 2]],
])('%j with a limit of %i gives one result per item', async (items: number[], limit, expected) => {
  expect(await mapConcurrent(items, limit, (item) => Promise.resolve(item))).toEqual(expected);
});

test('after a failure starts nothing new, waits for work in flight, and throws the first error', async () => {
  const ended: number[] = [];
  const work = async (item: number): Promise<void> => {
    if (item === 2) throw new Error('second');
    for (let turns = 0; turns < 5; turns += 1) await Promise.resolve();
    ended.push(item);
  };
  await expect(mapConcurrent([1, 2, 3, 4], 2, work)).rejects.toThrow('second');
  expect(ended).toEqual([1]);
});
