/** NO_COLOR and --no-color win, then FORCE_COLOR, then whether it is a terminal. */
export function chooseColour(
  stream: { isTTY?: boolean },
  env: Readonly<Record<string, string | undefined>>,
  option: boolean,
): boolean {
  if (!option || (env['NO_COLOR'] ?? '') !== '') return false;
  const forced = env['FORCE_COLOR'];
  if (forced !== undefined) return forced !== '0' && forced !== 'false';
  return stream.isTTY === true && env['TERM'] !== 'dumb';
}
