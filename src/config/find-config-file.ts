import { existsSync } from 'node:fs';
import { isAbsolute, join, resolve } from 'node:path';
import { LimioError } from '../errors/errors.js';

const NAMES = ['limio.config.ts', 'limio.config.mjs', 'limio.config.js', 'limio.config.json'];

/**
 * The configuration file of a folder, or the one named, as an absolute path.
 * @throws LimioError CONFIG_NOT_FOUND; CONFIG_INVALID when there are several.
 */
export function findConfigFile(root: string, explicit?: string): string {
  if (explicit !== undefined) {
    const file = isAbsolute(explicit) ? explicit : resolve(root, explicit);
    if (existsSync(file)) return file;
    throw new LimioError({
      code: 'CONFIG_NOT_FOUND',
      message: `There is no configuration file ${explicit}.`,
      hint: 'Check the path after --config.',
    });
  }
  const found = NAMES.filter((name) => existsSync(join(root, name)));
  const [name, ...others] = found;
  if (name === undefined) {
    throw new LimioError({
      code: 'CONFIG_NOT_FOUND',
      message: `There is no ${NAMES[0]} (or .mjs, .js, .json) in ${root}.`,
      hint: 'Go to the folder of your repository that has it, or name it with --config.',
    });
  }
  if (others.length > 0) {
    throw new LimioError({
      code: 'CONFIG_INVALID',
      message: `There are several configuration files: ${found.join(', ')}.`,
      hint: 'Keep one, or name it with --config.',
    });
  }
  return join(root, name);
}
