import {
  addTo,
  type DeclareCommand,
  formatOption,
  timeoutOption,
  withBasics,
  withCommon,
  withTenant,
} from '../shared/options.js';

/** `journeys simulate`, `journeys check` and `journeys graph`. */
export const declareJourneys: DeclareCommand = (program, io, exit) => {
  const journeys = program
    .command('journeys')
    .description('Simulate, check and draw the routing of declared journeys, or of the tenant');

  withTenant(journeys.command('simulate'))
    .description('Route one visitor through the journeys and explain each step')
    .option(
      '--visit <path>',
      'path with query string, or a URL: "/landing?company=limio" (default: starting point of --journey)',
    )
    .option('--journey <name>', 'only this journey')
    .option('--host <host>', 'storefront host (default: domains are ignored)')
    .option('--country <code>', 'country of the IP address, ISO 3166-1 (default: unknown)')
    .option('--region <code>', 'region, ISO 3166-2: DE-BY')
    .option('--city <name>', 'city')
    .option('--billing-country <code>', 'billing country of the subscription')
    .option('--status <status>', 'activeSub or noActiveSub')
    .option('--device <device>', 'device: mobile')
    .option('--cookie <name>', 'cookie of the visitor (repeatable)', addTo, [])
    .option('--segment <name>', 'segment of the visitor (repeatable)', addTo, [])
    .option('--label <label>', 'label of a subscribed offer (repeatable)', addTo, [])
    .option('--split <number>', 'number from 0 up to 1 that selects a destination (default: show all shares)')
    .option('--page-missing', 'no page exists at the path, so the visitor sees /default/')
    .option('--live', 'use the journeys of the tenant instead of the files')
    .action(async (options) => {
      const { runJourneysSimulate } = await import('./simulate.js');
      exit(await runJourneysSimulate(io, options));
    });

  withCommon(journeys.command('check'))
    .description('List unreachable branches, dead ends, loops, and branches whose order decides')
    .option('--env <name>', 'only this environment (default: all)')
    .addOption(timeoutOption('with --live: '))
    .option(
      '--live',
      'check the journeys of the tenant and whether their destinations are live; requires an environment',
    )
    .action(async (options) => {
      const { runJourneysCheck } = await import('./check.js');
      exit(await runJourneysCheck(io, options));
    });

  withBasics(journeys.command('graph'))
    .description('Draw where journeys lead: shares, dead ends and loops')
    .argument('[names...]', 'journeys to draw (default: all)')
    .addOption(formatOption(['mermaid', 'svg', 'dot', 'json']))
    .option('--env <name>', 'environment (default: LIMIO_ENV)')
    .addOption(timeoutOption('with --live: '))
    .option('--live', 'use the journeys of the tenant instead of the files')
    .action(async (names, options) => {
      const { runJourneysGraph } = await import('./graph.js');
      exit(await runJourneysGraph(io, names, options));
    });
};
