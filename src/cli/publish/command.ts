import {
  allowAlsoPublishOption,
  allowPriceChangeOption,
  type DeclareCommand,
  withTenant,
  withYes,
} from '../shared/options.js';

export const declarePublish: DeclareCommand = (program, io, exit) => {
  withYes(withTenant(program.command('publish')))
    .description('Build and publish pages, and verify that they are live')
    .option(
      '--pages <page...>',
      'pages by path or route, as patterns, `*` is any text (default: pages published before a declared item changed)',
    )
    .addOption(allowAlsoPublishOption())
    .addOption(allowPriceChangeOption())
    .option('--check-shop', 'also request each route from the storefront and show the response')
    .action(async (options) => {
      const { runPublish } = await import('./publish.js');
      exit(await runPublish(io, options));
    });
};
