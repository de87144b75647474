import { InvalidArgumentError, Option } from '@commander-js/extra-typings';
import { type DeclareCommand, parseCount, withCommon } from '../shared/options.js';

export const declareEmulator: DeclareCommand = (program, io, exit) => {
  withCommon(program.command('emulator'))
    .description('Run a Limio tenant on this machine, for experiments and tests')
    .option('--port <number>', 'port on 127.0.0.1; 0 for any free port', parsePort, 4010)
    .option('--seed <path>', 'initial state: a folder of JSON files, or one file')
    .option(
      '--dialect <key=value...>',
      'behave like a tenant with this setting, for example bulkUpdate.wrapper=attributes',
    )
    .option('--latency <ms>', 'delay of every response', parseCount, 0)
    .option('--index-lag <ms>', 'delay until lists show a change', parseCount, 0)
    .option('--page-size-cap <number>', 'maximum number of items per page', parseCount)
    .option('--token-lifetime <seconds>', 'lifetime of access tokens', parseCount)
    .option('--build-ms <ms>', 'duration of a build', parseCount)
    .addOption(
      new Option('--role <role>', 'role of the credentials; editors cannot publish').choices([
        'manager',
        'editor',
      ] as const),
    )
    .option('--faults <file|json>', 'inject faults by these rules; docs/emulator.md lists the faults')
    .action(async (options) => {
      const { runEmulator } = await import('./emulator.js');
      exit(await runEmulator(io, options));
    });
};

function parsePort(text: string): number {
  const port = parseCount(text);
  if (port > 65_535) throw new InvalidArgumentError('Expected a port from 0 to 65535.');
  return port;
}
