import { Option } from '@commander-js/extra-typings';
import {
  type DeclareCommand,
  formatOption,
  lockTimeoutOption,
  maxBytesOption,
  refreshOption,
  withEnvironments,
} from '../shared/options.js';

export const declareDrift: DeclareCommand = (program, io, exit) => {
  withEnvironments(program.command('drift'))
    .description('Show what changed in the tenant since the last apply, and who changed it (read-only)')
    .argument('[selectors...]', "only these addresses, as patterns: 'offer:/offers2/*' (docs/patterns.md)")
    .option('--all', 'also show changes in git that are not applied yet')
    .option('--app', 'also show what the app owns by the configuration; plan ignores it')
    .addOption(refreshOption())
    .option('--baseline', 'without a snapshot: record what files and tenant agree on as the base of later comparisons')
    .addOption(lockTimeoutOption('with --baseline: '))
    .option('--pull', 'write changes that only the app made to the files')
    .addOption(
      new Option('--into <layer>', 'with --pull: overlay keeps files that other environments read').choices([
        'base',
        'overlay',
      ] as const),
    )
    .option('--dry-run', 'with --pull: show the changes to files without writing them')
    .addOption(maxBytesOption())
    .addOption(formatOption(['text', 'json', 'markdown']))
    .action(async (selectors, options) => {
      const { runDrift } = await import('./drift.js');
      exit(await runDrift(io, selectors, options));
    });
};
