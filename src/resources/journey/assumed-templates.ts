import type { JourneyCodecTemplates } from '../../model/dialect.js';

/**
 * The assumed wire form of journey elements: the form of the emulator. The real one is not public
 * (API reference, section 2), so a type is sent in this form only when a live journey proves it or
 * the environment says `journeyCodec: assumed`.
 */
export const ASSUMED_TEMPLATES: JourneyCodecTemplates = {
  conditions: {
    country: { type: 'country', operator: 'in', value: '$values' },
    city: { type: 'city', operator: 'in', value: '$values' },
    region: { type: 'region', operator: 'in', value: '$values' },
    billing_country: { type: 'subscription_billing_country', operator: 'in', value: '$values' },
    query: { type: 'query_string', operator: 'contains', value: '$csv' },
    cookie: { type: 'cookie', operator: 'exists', value: '$csv' },
    segment: { type: 'segment', operator: 'in', value: '$values' },
    offer_label: { type: 'subscription_offer_label', operator: 'in', value: '$values' },
    subscription_status: { type: 'subscription_status', operator: 'in', value: '$values' },
    device: { type: 'device', operator: 'in', value: '$values' },
  },
  actions: {
    destination: { type: 'destination', tag: '$destination', split: '$split' },
  },
};
