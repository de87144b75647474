/** `npm run test:chaos` runs everything, `npm test` a short selection. */
export const IS_FULL = process.env['CHAOS'] === 'full';

/** Seeds of a suite: so many from CHAOS_FROM or 1 on, as many as CHAOS_RUNS says, or the one of CHAOS_SEED. */
export function chooseSeeds(full: number, short: number): number[] {
  const wanted = process.env['CHAOS_SEED'];
  if (wanted !== undefined) return [Number(wanted)];
  const runs = Number(process.env['CHAOS_RUNS'] ?? (IS_FULL ? full : short));
  const from = Number(process.env['CHAOS_FROM'] ?? 1);
  return Array.from({ length: runs }, (_, at) => from + at);
}

/** For what a suite found out; stands in the output of a run that went well, too. */
export function tell(line: string): void {
  process.stdout.write(`${line}\n`);
}
