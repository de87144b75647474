/**
 * Replaces values that differ from run to run with those of the page. Hosts of the emulators become the tenants
 * of the page, by `hosts`; runs are numbered in the order in which they appear.
 */
export function createMask(hosts: ReadonlyMap<string, string>): (text: string) => string {
  const runs = new Map<string, string>();
  const nameRun = (run: string, environment: string): string => {
    const number = String(runs.size + 1).padStart(2, '0');
    const name = runs.get(run) ?? `20260302T09${number}00000Z-${environment}-0000${number}`;
    runs.set(run, name);
    return name;
  };
  return (text) =>
    [...hosts]
      .reduce(
        (masked, [host, name]) => masked.replaceAll(`http://${host}`, `https://${name}`).replaceAll(host, name),
        text,
      )
      .replace(/\b\d{8}T\d{9}Z-([\w-]+)-[0-9a-f]{6}\b/g, nameRun)
      .replace(/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|\+00:00)/g, '2026-03-02T09:00:00Z')
      .replace(/(?<=^From the lists? as of )[0-9a-f]{12}\b/gm, '0a1b2c3d4e5f')
      .replace(/\b[0-9a-f]{64}\b/g, '5f2b7c04d1e8a936'.repeat(4))
      .replace(/\b\d+(?:\.\d+)? ms\b/g, '80 ms')
      // Pages are published in parallel, and listed in the order in which they become live.
      .replace(/(?:^  live: .*\n)+/gm, (lines) =>
        lines
          .split(/(?<=\n)/)
          .sort()
          .join(''),
      );
}
