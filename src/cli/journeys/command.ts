import { type Command, Option } from '@commander-js/extra-typings';
import type { CliIo } from '../shared/io.js';
import { addTo, parseSeconds, withBasics, withCommon, withTenant } from '../shared/options.js';

/** `journeys simulate`, `journeys check` and `journeys graph`. */
export function registerJourneys(program: Command, io: CliIo, setExitCode: (code: number) => void): void {
  const journeys = program
    .command('journeys')
    .description('Where visitors go: the routing of the declared journeys, or of the tenant');

  withTenant(journeys.command('simulate'))
    .description('Send one visitor through the journeys and say step by step why')
    .option(
      '--visit <path>',
      'path with query string, or a URL: "/landing?company=limio"; the starting point of --journey unless given',
    )
    .option('--journey <name>', 'look at this journey alone')
    .option('--host <host>', 'host of the storefront; domains are not looked at unless given')
    .option('--country <code>', 'country by address, ISO 3166-1; unknown unless given')
    .option('--region <code>', 'region, ISO 3166-2: DE-BY')
    .option('--city <name>', 'city')
    .option('--billing-country <code>', 'billing country of the subscription')
    .option('--status <status>', 'activeSub or noActiveSub')
    .option('--device <device>', 'device: mobile')
    .option('--cookie <name>', 'a cookie that the visitor has; may be given several times', addTo, [])
    .option('--segment <name>', 'a segment; may be given several times', addTo, [])
    .option('--label <label>', 'a label of the subscribed offers; may be given several times', addTo, [])
    .option('--split <number>', 'from 0 up to 1: decides between destinations; all shares are shown unless given')
    .option('--page-missing', 'no page stands at the path: the visitor sees /default/')
    .option('--live', 'the journeys that the tenant holds now, not those of the files')
    .action(async (options) => {
      const { runJourneysSimulate } = await import('./simulate.js');
      setExitCode(await runJourneysSimulate(io, options));
    });

  withCommon(journeys.command('check'))
    .description('List branches that nobody reaches, dead ends, loops, and where only the order of branches decides')
    .option('--env <name>', 'as the files are for this environment; for every environment unless given')
    .option(
      '--timeout <seconds>',
      'with --live: give a request up after so long, all its repetitions included; 120 unless given',
      parseSeconds,
    )
    .option(
      '--live',
      'the journeys that the tenant holds now, and whether the pages they lead to are live; needs an environment',
    )
    .action(async (options) => {
      const { runJourneysCheck } = await import('./check.js');
      setExitCode(await runJourneysCheck(io, options));
    });

  withBasics(journeys.command('graph'))
    .description('Draw where the journeys lead: shares, dead ends and loops')
    .argument('[names...]', 'the journeys to draw; all unless given')
    .addOption(
      new Option('--format <format>', 'how to draw')
        .choices(['mermaid', 'svg', 'dot', 'json'] as const)
        .default('mermaid' as const),
    )
    .option('--env <name>', 'the environment; LIMIO_ENV unless given')
    .option(
      '--timeout <seconds>',
      'with --live: give a request up after so long, all its repetitions included; 120 unless given',
      parseSeconds,
    )
    .option('--live', 'the journeys that the tenant holds now, not those of the files')
    .action(async (names, options) => {
      const { runJourneysGraph } = await import('./graph.js');
      setExitCode(await runJourneysGraph(io, names, options));
    });
}
