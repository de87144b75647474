import { Option } from '@commander-js/extra-typings';
import { type DeclareCommand, formatOption } from '../shared/options.js';

export const declareInit: DeclareCommand = (program, io, exit) => {
  program
    .command('init')
    .description('Set up a repository: configuration, .gitignore, CI workflows, schemas for editors')
    .option('--tenant <name>', 'production tenant: acme in acme.prod.limio.com (a terminal prompts for it)')
    .option('--sandbox <name>', 'sandbox tenant')
    .addOption(new Option('--region <region>', 'region of both (default: eu)').choices(['eu', 'us', 'dev'] as const))
    .addOption(
      new Option('--ci <system>', 'CI system to write workflows for (default: none)').choices([
        'github',
        'gitlab',
        'none',
      ] as const),
    )
    .addOption(formatOption(['text', 'json']))
    .option('--debug', 'print stack traces')
    .option('--no-color', 'disable colours, like NO_COLOR')
    .action(async (options) => {
      const { runInit } = await import('./init.js');
      exit(await runInit(io, options));
    });
};
