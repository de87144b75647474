import { Option } from '@commander-js/extra-typings';
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
    .addOption(allowProtectedOption())
    .addOption(allowFreezeOption())
    .addHelpText('after', EXAMPLES)
    .action(async (method, path, options) => {
      const { runApi } = await import('./api.js');
      exit(await runApi(io, method, path, options));
    });
};

/** One example for each call that no other command makes (API reference, sections 8 and 9). */
const EXAMPLES = `
Examples, each after limio-sync api:
  a whole list         GET /objects/limio/subscriptions --paginate
  one object           GET /objects/limio/subscriptions/<id>
  a part of it         GET /offers/v2 --paginate --select '/items/*/path'
  with a parameter     GET /offers/v2 --field offersSource=published
  an item at head      GET '/limio/catalogs/1/items/offers2/<name>'
  price an order       POST /order/preview --input order.json
  entitlements         GET /session/entitlements
  related objects      GET /objects/limio/<type>/<id>/related --paginate
  objects of a subtype GET /objects/limio/<type>/<id>/objects/<subtype>
                       --paginate
  events of an object  GET /objects/limio/<type>/<id>/events --paginate
  by Salesforce id     GET /objects/salesforce/identities/<id>/subscriptions
  timeline             GET /timeline/subscriptions/<id>
  update an object     PUT /objects/limio/<type>/<id> --input new.json --write
  delete an object     DELETE /objects/limio/<type>/<id> --write
  add a relationship   POST /objects/limio/<type>/<id>/related/identity
                       --input rel.json --write
  change the owner     POST /objects/owner_change --input owner.json --write
  add an identity      POST /objects/externalidentity/<owner>
                       --input identity.json --write
  remove an identity   DELETE /objects/externalidentity/<owner>
                       --input identity.json --write
  forget a customer    POST /customer/<id>/forget_customer --write
  abandoned baskets    GET /checkout/abandoned --field limit=50
                       --field createdAfter=<date-time>
  begin a checkout     POST /checkout/initiate --input basket.json --write
  Zuora sync           POST /plugins/zuora/sync/subscription/<id> --write

Limio's API documentation describes each call and its body.
Paths under /limio are sent unchanged; all others get the prefix /api.
limio-sync does not verify a call with --write and cannot roll it back.
`;
