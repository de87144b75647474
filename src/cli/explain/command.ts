import { KINDS } from '../../model/address.js';
import { type DeclareCommand, withEnv } from '../shared/options.js';

export const declareExplain: DeclareCommand = (program, io, exit) => {
  withEnv(program.command('explain'))
    .description('Show the fields of a kind, or a resource with file:line of every value')
    .argument('<kind or address>', `${KINDS.slice(0, -1).join(', ')} or ${KINDS.at(-1)}; or kind:name`)
    .action(async (subject, options) => {
      const { runExplain } = await import('./explain.js');
      exit(await runExplain(io, subject, options));
    });
};
