import { type Command, Option } from '@commander-js/extra-typings';
import type { CliIo } from '../shared/io.js';
import { addTo, withTenant } from '../shared/options.js';

/** The calls that no other command makes (API reference, sections 8 and 9). `<...>` is for you to fill in. */
const EXAMPLES = `
Examples, each after limio-sync api:
  a list to its end    GET /objects/limio/subscriptions --paginate
  one object           GET /objects/limio/subscriptions/<id>
  a part of it         GET /offers/v2 --paginate --select '/items/*/path'
  with a parameter     GET /offers/v2 --field offersSource=published
  an item at head      GET '/limio/catalogs/1/items/offers2/<name>'
  price an order       POST /order/preview --input order.json
  entitlements         GET /session/entitlements
  related objects      GET /objects/limio/<type>/<id>/<...> --paginate
  objects of a subtype GET /objects/limio/<type>/<...> --paginate
  events of an object  GET /objects/limio/<type>/<id>/<...> --paginate
  by Salesforce id     GET /objects/limio/subscriptions/<...>
  timeline             GET /timeline/<...>
  update an object     PUT /objects/limio/<type>/<id> --input new.json --write
  delete an object     DELETE /objects/limio/<type>/<id> --write
  add a relationship   POST /objects/limio/<...> --input rel.json --write
  change the owner     POST /objects/limio/<...> --input owner.json --write
  add an identity      POST /customer/<...> --input identity.json --write
  remove an identity   DELETE /customer/<...> --write
  forget a customer    POST /customer/<...> --write
  abandoned baskets    GET /checkout/<...>
  begin a checkout     POST /checkout/<...> --input basket.json --write
  Zuora sync           POST /plugins/zuora/sync/<...> --write

Limio's API documentation says what stands for <...>, and which method it takes.
Paths under /limio go as they are, all others get /api in front.
A call with --write is not read back and cannot be rolled back.
`;

export function registerApi(program: Command, io: CliIo, setExitCode: (code: number) => void): void {
  withTenant(program.command('api'))
    .description('Make any call of the API, signed, repeated and redacted like every other')
    .argument('<method>', 'GET, POST, PUT, PATCH or DELETE')
    .argument('<path>', 'as the API documentation writes it: /offers/v2')
    .option(
      '--field <name=value>',
      'a parameter of a GET, a key of any other body; name:=value for JSON. May be repeated',
      addTo,
      [],
    )
    .option('--input <file>', 'the body, a file of JSON; - for standard input')
    .option('--paginate', 'read a list to its proven end')
    .option('--select <pointer>', 'print only what stands at this JSON Pointer; * for every element')
    .addOption(
      new Option('--prefix <prefix>', 'put /api in front of the path, or nothing; by the path unless given').choices([
        'api',
        'none',
      ] as const),
    )
    .option('--write', 'consent to a call that may change the tenant')
    .option('--allow-protected <environment>', 'consent to change this protected environment')
    .option('--allow-freeze <environment>', 'consent to change this environment in a freeze')
    .addHelpText('after', EXAMPLES)
    .action(async (method, path, options) => {
      const { runApi } = await import('./api.js');
      setExitCode(await runApi(io, method, path, options));
    });
}
