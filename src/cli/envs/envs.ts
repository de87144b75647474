import { dirname, relative, sep } from 'node:path';
import { resolveEnvironment, selectEnvironment } from '../../config/environments.js';
import { escapeTerminal } from '../../render/escape.js';
import { openConfigs } from '../shared/config.js';
import type { CliIo } from '../shared/io.js';
import type { CommonOptions } from '../shared/options.js';
import { printResult } from '../shared/output.js';

export type EnvsOptions = CommonOptions & {
  matrix?: boolean;
};

/**
 * `limio-sync envs`: the environments of the configuration, or those named. Where it lists workspaces, those of all of
 * them, each with its folder. Needs no credentials.
 */
export async function runEnvs(io: CliIo, names: readonly string[], options: EnvsOptions): Promise<number> {
  const loaded = await openConfigs(io, options);
  const all = loaded.flatMap(({ config, file, isWorkspace }) => {
    const folder = isWorkspace ? { folder: relative(io.cwd, dirname(file)).split(sep).join('/') } : {};
    return Object.keys(config.environments).map((name) => {
      const { host, protected: isProtected } = resolveEnvironment(config, name);
      return { ...folder, name, host, protected: isProtected };
    });
  });
  const unknown = names.find((name) => all.every((one) => one.name !== name));
  // Names the environments that there are.
  if (unknown !== undefined && loaded[0]) selectEnvironment(loaded[0].config, { flag: unknown });
  const environments = names.length === 0 ? all : names.flatMap((name) => all.filter((one) => one.name === name));
  if (options.matrix) {
    io.stdout.write(`${JSON.stringify({ include: environments })}\n`);
    return 0;
  }
  printResult(io, options, { kind: 'limio-sync/environments', formatVersion: 1, environments }, () =>
    environments
      .map(({ folder = '', name, host, protected: isProtected }) => {
        const columns = [folder, name, host, isProtected ? 'protected' : ''].filter((column) => column !== '');
        return `${columns.map(escapeTerminal).join('  ')}\n`;
      })
      .join(''),
  );
  return 0;
}
