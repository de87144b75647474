/** What is known of an environment that decides which hosts are its own. */
export interface EnvironmentHosts {
  name: string;
  /** Host of the API, with the port when it is not the default one. */
  host: string;
  /** Origin of the storefront, where it is known. */
  shopUrl?: string;
  vars: Readonly<Record<string, string | number | boolean>>;
}

/**
 * The hosts of all environments but one, with the name of their environment. What the one's own
 * addresses or variables name is its own, whoever shares it.
 */
export function listForeignHosts(own: EnvironmentHosts, all: readonly EnvironmentHosts[]): ReadonlyMap<string, string> {
  const mine = new Set([
    ...listHosts(own),
    ...Object.values(own.vars).map((value) =>
      String(value)
        .toLowerCase()
        .replace(/^https?:\/\//, '')
        .replace(/\/.*$/, ''),
    ),
  ]);
  return new Map(
    all
      .filter(({ name }) => name !== own.name)
      .flatMap((other) => listHosts(other).map((host): [string, string] => [host, other.name]))
      .filter(([host]) => !mine.has(host)),
  );
}

function listHosts({ host, shopUrl }: EnvironmentHosts): string[] {
  return [host, ...(shopUrl === undefined ? [] : [new URL(shopUrl).host])].map((one) => one.toLowerCase());
}
