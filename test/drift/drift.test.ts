import { describe, expect, test } from 'vitest';
import { selectAppMoves } from '../../src/drift/drift.js';
import type { Address } from '../../src/model/address.js';
import type { Cause, DriftReport, ObjectChange, ObjectDrift } from '../../src/model/drift.js';
import { topLevelFieldOf } from '../../src/pull/pull-declared.js';

const GRAVEST: Cause[] = ['both', 'app', 'unknown', 'git', 'same'];

function drift(
  name: string,
  fields: Record<string, Cause>,
  change: ObjectChange = 'edited',
  cause?: Cause,
): ObjectDrift {
  const causes = Object.values(fields);
  return {
    address: `offer:${name}` as Address,
    kind: 'offer',
    change,
    cause: cause ?? GRAVEST.find((one) => causes.includes(one)) ?? 'same',
    fields: Object.entries(fields).map(([path, of]) => ({ path, cause: of, show: 'value' })),
  };
}

const select = (...objects: ObjectDrift[]) =>
  selectAppMoves({ objects } as unknown as DriftReport, (a, b) => topLevelFieldOf(a) === topLevelFieldOf(b));

describe('fields that only the app changed', () => {
  test('are taken one by one, and leave no drift of the object', () => {
    const moves = select(drift('a', { '/attributes/x': 'app', '/attributes/y': 'git' }));
    expect(moves).toEqual({ addresses: ['offer:a'], kept: new Map([['offer:a', ['/attributes/y']]]), left: [] });
  });

  test('stay when git edited the same attribute', () => {
    const moves = select(
      drift('a', { '/attributes/price__limio/one/value': 'app', '/attributes/price__limio/two/value': 'git' }),
    );
    expect([moves.addresses, moves.left]).toEqual([[], ['offer:a']]);
  });

  test('leave conflicts and created or deleted objects to a person', () => {
    const moves = select(
      drift('a', { '/attributes/x': 'both', '/attributes/y': 'app' }),
      drift('b', {}, 'deleted', 'app'),
      drift('c', {}, 'created', 'app'),
    );
    expect([moves.addresses, moves.left]).toEqual([['offer:a'], ['offer:a', 'offer:b', 'offer:c']]);
  });

  test('are none when only git changed something', () => {
    const moves = select(drift('a', { '/attributes/x': 'git' }), drift('b', {}, 'declared', 'git'));
    expect([moves.addresses, moves.left]).toEqual([[], []]);
  });
});
