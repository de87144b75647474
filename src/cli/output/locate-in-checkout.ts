import { dirname, relative, resolve, sep } from 'node:path';
import type { CliIo } from '../cli-io.js';

/**
 * What stands before the paths of problems, so that they begin at the root of the checkout, as
 * annotations need: `shop/`, or nothing. Files are named from the folder of the configuration.
 */
export function locateInCheckout(io: CliIo, config: string | undefined): string {
  const workspace = io.env['GITHUB_WORKSPACE'];
  if (!workspace) return '';
  const folder = relative(resolve(workspace), config === undefined ? io.cwd : dirname(resolve(io.cwd, config)));
  return folder === '' || folder.startsWith('..') ? '' : `${folder.split(sep).join('/')}/`;
}
