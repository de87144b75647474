import { Option } from '@commander-js/extra-typings';
import { type ApiCall, CALL_GROUPS, CATALOG_PARAMETERS, PATH_TYPES } from '../../api/calls.js';
import { ORDER_TYPES } from '../../api/order-schemas.js';
import { type DeclareCommand, addTo, allowFreezeOption, allowProtectedOption, withTenant } from '../shared/options.js';

export const declareApi: DeclareCommand = (program, io, exit) => {
  withTenant(program.command('api'))
    .description('Call any endpoint of the API, with authentication, retries and redaction')
    .argument('<method>', 'GET, POST, PUT, PATCH or DELETE')
    .argument('<path>', 'path as in the API documentation: /offers/v2')
    .option(
      '--field <name=value>',
      'query parameter with GET, key of the body with other methods; name:=value for JSON (repeatable)',
      addTo,
      [],
    )
    .option('--input <file>', 'body: a JSON file, or - for standard input')
    .option('--paginate', 'read all pages of a list')
    .option('--select <pointer>', 'print only the value at this JSON Pointer; * matches every element')
    .addOption(
      new Option('--prefix <prefix>', 'prefix of the path (default: depends on the path)').choices([
        'api',
        'none',
      ] as const),
    )
    .option('--write', 'approve a call that may change the tenant')
    .option('--check', 'compare the body with its schema (default for orders and baskets)')
    .option('--no-check', 'send it without its schema and required parameters')
    .addOption(allowProtectedOption())
    .addOption(allowFreezeOption())
    .addHelpText('after', renderCalls)
    .action(async (method, path, options) => {
      const { runApi } = await import('./api.js');
      exit(await runApi(io, method, path, options));
    });
};

/** Every documented call, with its parameters and an example. */
function renderCalls(): string {
  const groups = CALL_GROUPS.map(({ title, calls }) => `${title}:\n${calls.map(renderCall).join('')}`);
  return `
Calls with their parameters: of the query with GET, of the body with other
methods. {} is a part to fill in, * a required parameter.

${groups.join('\n')}
Lists of catalog items also take:
${wrap(CATALOG_PARAMETERS.join(', '), '  ')}
{service} is limio, zuora or salesforce. {path_type} is subscriptions or
customers for a timeline, and for objects one of:
${wrap(PATH_TYPES.join(', '), '  ')}
Bodies of orders and baskets are compared with their schemas before they are
sent (--no-check turns that off). Order types:
${wrap(ORDER_TYPES.join(', '), '  ')}
A gift is an order of type new with isGift and variant; redeeming one is an
order of type new with giftCode.
Other paths can be called too, unchecked. Paths under /limio are sent unchanged;
all others get the prefix /api.
limio-sync does not verify a call with --write and cannot roll it back.
`;
}

function renderCall({ method, path, what, parameters, effect, example }: ApiCall): string {
  const own = parameters
    .filter((name) => !CATALOG_PARAMETERS.some((shared) => shared === name))
    .map((name) => (name === 'limit*' ? 'limit* (set by --paginate)' : name));
  const notes = [
    what,
    ...(own.length === 0 ? [] : [own.join(', ')]),
    ...(effect === 'irreversible' ? ['cannot be undone'] : []),
  ];
  const command = wrap(`limio-sync api ${example}`, '      ', ' \\');
  return `  ${method} ${path}\n${wrap(notes.join('; '), '      ')}${command}`;
}

/** Plain ASCII, so that no command has to load string-width for its help. `mark` ends a row that goes on. */
function wrap(text: string, indent: string, mark = ''): string {
  const rows: string[] = [];
  for (const word of text.split(' ')) {
    const row = rows.at(-1);
    if (row === undefined) rows.push(indent + word);
    else if (row.length + 1 + word.length + mark.length > 80) rows.push(`${indent}  ${word}`);
    else rows[rows.length - 1] = `${row} ${word}`;
  }
  return `${rows.join(`${mark}\n`)}\n`;
}
