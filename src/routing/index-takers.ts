import type { Branch } from './journey-model.js';
import { type LeastVisitor, meets } from './least-visitor.js';

/** The branches among the first `below` whose conditions a visitor meets; not in order, and perhaps twice. */
export type FindTakers = (visitor: LeastVisitor, below: number) => Generator<number>;

/** Looks only at branches of which the first condition asks for something that the visitor has. */
export function indexTakers(branches: readonly Branch[]): FindTakers {
  const open: number[] = [];
  const byFact = new Map<string, Map<string, number[]>>();
  branches.forEach(({ conditions: [first] }, i) => {
    if (!first) {
      open.push(i);
      return;
    }
    const [type, values] = first.form === 'raw' ? ['raw', [first.key]] : [first.type, first.values];
    const byValue = byFact.get(type) ?? new Map<string, number[]>();
    byFact.set(type, byValue);
    for (const value of values) {
      const known = byValue.get(value);
      if (known) known.push(i);
      else byValue.set(value, [i]);
    }
  });
  const takes = (visitor: LeastVisitor, i: number): boolean =>
    branches[i]?.conditions.every((condition) => meets(visitor, condition)) ?? false;
  return function* (visitor, below) {
    if (open[0] !== undefined && open[0] < below) yield open[0];
    for (const [type, values] of visitor.facts) {
      const byValue = byFact.get(type);
      for (const value of byValue ? values : []) {
        for (const i of byValue?.get(value) ?? []) {
          if (i >= below) break;
          if (takes(visitor, i)) yield i;
        }
      }
    }
  };
}
