import { type Command, Option } from '@commander-js/extra-typings';
import type { CliIo } from '../shared/io.js';

export function registerInit(program: Command, io: CliIo, setExitCode: (code: number) => void): void {
  program
    .command('init')
    .description('Make a repository ready: configuration, .gitignore, workflows, schemas for editors')
    .option('--tenant <name>', 'the production tenant, acme in acme.prod.limio.com; asked for at a terminal')
    .option('--sandbox <name>', 'the sandbox tenant')
    .addOption(new Option('--region <region>', 'region of both; eu unless given').choices(['eu', 'us', 'dev'] as const))
    .addOption(
      new Option('--ci <system>', 'whose workflows to write; none unless given').choices([
        'github',
        'gitlab',
        'none',
      ] as const),
    )
    .addOption(
      new Option('--format <format>', 'how to print the result')
        .choices(['text', 'json'] as const)
        .default('text' as const),
    )
    .option('--debug', 'print stack traces')
    .option('--no-color', 'no colours, as NO_COLOR does')
    .action(async (options) => {
      const { runInit } = await import('./init.js');
      setExitCode(await runInit(io, options));
    });
}
