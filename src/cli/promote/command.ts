import {
  type DeclareCommand,
  formatOption,
  maxBytesOption,
  parseCount,
  timeoutOption,
  withBasics,
} from '../shared/options.js';

export const declarePromote: DeclareCommand = (program, io, exit) => {
  withBasics(program.command('promote'))
    .description('Plan how to copy proven changes from one environment to another (writes to no tenant)')
    .argument(
      '[selectors...]',
      "only these addresses and what they need, as patterns: 'offer:/offers2/*' (docs/patterns.md)",
    )
    .requiredOption('--from <name>', 'environment where the changes are proven')
    .requiredOption('--to <name>', 'environment to change')
    .option('--out <file>', 'save the plan for show and apply')
    .option(
      '--allow-overwrite <count>',
      'approve overwriting exactly this number of objects that somebody changed in the target',
      parseCount,
    )
    .option('--no-live-prices', 'skip the price tests against the source')
    .option('--no-partner', 'skip the partner preview in the price tests')
    .addOption(timeoutOption())
    .addOption(maxBytesOption())
    .addOption(formatOption(['text', 'json', 'markdown']))
    .action(async (selectors, options) => {
      const { runPromote } = await import('./promote.js');
      exit(await runPromote(io, selectors, options));
    });
};
