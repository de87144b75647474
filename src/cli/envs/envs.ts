import { resolveEnvironment, selectEnvironment } from '../../config/environments.js';
import { escapeTerminal } from '../../render/escape.js';
import { openConfig } from '../shared/config.js';
import type { CliIo } from '../shared/io.js';
import type { CommonOptions } from '../shared/options.js';
import { printResult } from '../shared/output.js';

export type EnvsOptions = CommonOptions & {
  matrix?: boolean;
};

/** `limio-sync envs`: the environments of the configuration, or those named. Needs no credentials. */
export async function runEnvs(io: CliIo, names: readonly string[], options: EnvsOptions): Promise<number> {
  const { config } = await openConfig(io, options);
  const chosen =
    names.length > 0 ? names.map((flag) => selectEnvironment(config, { flag })) : Object.keys(config.environments);
  const environments = chosen.map((name) => {
    const { host, protected: isProtected } = resolveEnvironment(config, name);
    return { name, host, protected: isProtected };
  });
  if (options.matrix) {
    io.stdout.write(`${JSON.stringify({ include: environments })}\n`);
    return 0;
  }
  printResult(io, options, { kind: 'limio-sync/environments', formatVersion: 1, environments }, () =>
    environments
      .map((one) => `${one.name}  ${escapeTerminal(one.host)}${one.protected ? '  protected' : ''}\n`)
      .join(''),
  );
  return 0;
}
