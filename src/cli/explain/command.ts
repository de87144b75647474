import { type DeclareCommand, withEnv } from '../shared/options.js';

export const declareExplain: DeclareCommand = (program, io, exit) => {
  withEnv(program.command('explain'))
    .description('Show the fields of a kind, or a resource with file:line of every value')
    .argument('<kind or address>', 'tag, product, add_on, offer, page, promo_code or journey; or kind:name')
    .action(async (subject, options) => {
      const { runExplain } = await import('./explain.js');
      exit(await runExplain(io, subject, options));
    });
};
