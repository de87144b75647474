import { Option } from '@commander-js/extra-typings';
import { type DeclareCommand, withTenant } from '../shared/options.js';

export const declareNew: DeclareCommand = (program, io, exit) => {
  withTenant(program.command('new'))
    .description('Start the file of an offer, add-on, product, promo code or journey')
    .argument('<kind>', 'offer, add-on, product, promo-code or journey')
    .argument('[name]', 'its path, code or name; a terminal prompts for it and for the options below')
    .option('--from <address or file>', 'copy a declared resource, or a live one of the environment')
    .option('--display-name <text>', 'name that customers see (default: the last part of the path)')
    .option('--price <amount>', 'offer, add-on: price of one charge, 9.99')
    .option('--currency <code>', 'offer, add-on: currency of the price, GBP')
    .option('--every <period>', 'offer, add-on: how often it is charged: week, "3 months", once (default: month)')
    .option('--discount <discount>', 'promo code: 25% or "5.00 GBP"')
    .option('--for <period>', 'promo code: how long the discount lasts, "3 months" (default: 1 month)')
    .option('--expires <date>', 'promo code: last day, 2027-03-31 (default: never)')
    .option('--rate-plan <name>', 'promo code, add-on: rate plan in the billing system')
    .option('--product <path>', 'promo code, add-on: product of the rate plan, /products/Discounts')
    .option('--start <path>', 'journey: where visitors arrive, /landing/')
    .option('--destination <path>', 'journey: where it leads them, /gb/landing/')
    .option('--countries <codes>', 'journey: only visitors from these countries, "GB, IE" (default: all)')
    .option('--fallback <path>', 'journey: where all other visitors go')
    .addOption(new Option('--dry-run', 'print the document and write nothing'))
    .action(async (kind, name, options) => {
      const { runNew } = await import('./new.js');
      exit(await runNew(io, kind, name, options));
    });
};
