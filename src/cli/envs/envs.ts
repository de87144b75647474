import { loadConfig } from '../../config/config.js';
import { resolveEnvironment, selectEnvironment } from '../../config/environments.js';
import { escapeTerminal } from '../../render/escape.js';
import type { CliIo, CommonOptions } from '../shared/io.js';
import { formatJson } from '../shared/output.js';

export interface EnvsOptions extends CommonOptions {
  matrix?: boolean;
}

/**
 * The environments of the configuration, or those named, for people or for the matrix of a CI
 * system. Needs no credentials.
 */
export async function runEnvs(io: CliIo, names: readonly string[], options: EnvsOptions): Promise<number> {
  const { config } = await loadConfig(io.cwd, options.config);
  const chosen =
    names.length > 0 ? names.map((flag) => selectEnvironment(config, { flag })) : Object.keys(config.environments);
  const environments = chosen.map((name) => {
    const { host, protected: isProtected } = resolveEnvironment(config, name);
    return { name, host, protected: isProtected };
  });
  if (options.matrix) io.stdout.write(`${JSON.stringify({ include: environments })}\n`);
  else if (options.format === 'json')
    io.stdout.write(formatJson({ kind: 'limio-sync/environments', formatVersion: 1, environments }));
  else
    io.stdout.write(
      environments
        .map(
          ({ name, host, protected: isProtected }) =>
            `${name}  ${escapeTerminal(host)}${isProtected ? '  protected' : ''}\n`,
        )
        .join(''),
    );
  return 0;
}
