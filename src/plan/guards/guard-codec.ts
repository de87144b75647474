import type { Guard } from '../../model/plan.js';
import type { GuardFacts } from './guard-facts.js';

/** A guessed wire form must never reach live traffic (API reference, section 2). */
export function guardCodec({ compared }: Pick<GuardFacts, 'compared'>): Guard[] {
  return compared
    .filter(({ change, compared: { unconfirmed } }) => change && unconfirmed.length > 0)
    .map(({ desired, compared: { unconfirmed } }) => ({
      code: 'CODEC_UNCONFIRMED',
      message: `${desired.address} uses ${unconfirmed.join(', ')}, and no journey of this tenant shows how the tenant writes ${unconfirmed.length === 1 ? 'it' : 'them'}.`,
      addresses: [desired.address],
      hint:
        'Three ways out: build one journey with such an element in the web app, so that it is the evidence; ' +
        'give the templates in dialect.journeyCodec; or write the element as raw. ' +
        'On the emulator, journeyCodec: "assumed" is right.',
    }));
}
