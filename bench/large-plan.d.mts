import type { Plan } from '../src/model/plan.js';

export function makeLargePlan(count: number): Plan;
