import { createDialectProbe } from '../../../src/api/api.js';
import { createItemTrial } from '../../../src/doctor/learn/item-trial.js';
import { type CanaryFinding, type CanaryTrial, learnReads, runTrial } from '../../../src/doctor/learn/learn.js';
import { createJourneyTrial, createPromoCodeTrial } from '../../../src/doctor/learn/live-trials.js';
import { nestSettings } from '../../../src/doctor/learn/report.js';
import type { Emulator } from '../../../src/emulator/emulator.js';
import type { Seed } from '../../../src/emulator/seed-format.js';
import type { DialectProbe } from '../../../src/model/doctor.js';
import type { JsonObject } from '../../../src/model/json.js';
import { clientOptions } from './open-probe.js';

const MARKER = 'limio-sync trial of a test';

const CANARY_ITEM: JsonObject = {
  path: '/offers2/Scratch',
  data: {
    record_type: 'offer',
    products: [],
    attributes: {
      display_name__limio: 'Scratch',
      description__limio: 'For trials',
      label__limio: ['scratch'],
      term__limio: { type: 'months', length: 1, renewal: { on: true } },
    },
  },
};

const CANARY_CODE: JsonObject = {
  promoCode: 'SCRATCH',
  description: 'For trials',
  applicationLevel: 'wholeBasket',
  status: false,
  usage: { availableQuantity: 7 },
  productDetails: { product: { path: '/products/Discounts' }, ratePlan: { path: 'Fixed' } },
  discount: {
    discountType: 'DiscountFixedAmount',
    amountDiscount: '1.00',
    currency: 'GBP',
    durationLength: 1,
    durationType: 'Months',
  },
};

const branch = {
  id: '11111111-1111-4111-8111-111111111111',
  conditions: [{ odd: ['as it', 'comes'] }],
  actions: [{ type: 'destination', tag: '/scratch/b/', split: 100 }],
};
const journey = (name: string, data: JsonObject): JsonObject => ({
  name,
  data: { starting_point: `/${name}/`, domains: ['shop.example.com'], journeys: [branch], ...data },
});

export function canarySeed(fixedAmountType = 'DiscountFixedAmount'): Seed {
  const discount = { ...(CANARY_CODE['discount'] as JsonObject), discountType: fixedAmountType };
  return {
    items: [CANARY_ITEM],
    journeys: [journey('scratch', { fallback_tag: '/scratch/a/' })],
    promoCodes: [{ ...CANARY_CODE, discount }],
  };
}

export function openDialectProbe(tenant: { url: string }): ReturnType<typeof createDialectProbe> {
  return createDialectProbe(clientOptions(tenant));
}

export function listTrials(probe: DialectProbe): CanaryTrial[] {
  return [
    createItemTrial('offer:/offers2/Scratch', '/offers2/Scratch', probe, MARKER),
    createJourneyTrial('journey:scratch', 'scratch', probe),
    createPromoCodeTrial('promo_code:SCRATCH', { id: 'promo_code_v2-SCRATCH', name: 'SCRATCH' }, probe),
  ];
}

export interface Learning {
  dialect: JsonObject;
  findings: CanaryFinding[];
}

/** Everything that `doctor --learn` does between the consent and the report. */
export async function learnAll(tenant: Emulator): Promise<Learning> {
  const probe = openDialectProbe(tenant);
  try {
    const learned = await learnReads(probe);
    const findings: CanaryFinding[] = [];
    for (const trial of listTrials(probe)) {
      const saved = await trial.read();
      if (saved === undefined) throw new Error(`test misuse: no ${trial.address}`);
      findings.push(await runTrial(trial, saved, { isStopped: () => false, onRestore: () => undefined }));
    }
    return { dialect: nestSettings([...learned, ...findings.flatMap((finding) => finding.learned)]), findings };
  } finally {
    await probe.close();
  }
}

/** What the tenant holds, without what it writes by itself whenever anything is written. */
export function managedState(tenant: Emulator): unknown {
  const { items, journeys, promoCodes } = tenant.state() as unknown as Record<string, JsonObject[]>;
  return {
    items: items?.map((item) => ({
      ...drop(['version'], item),
      data: drop(['modified', 'version_date'], item['data'] as JsonObject),
    })),
    journeys: journeys?.map((one) => one['data']),
    promoCodes: promoCodes?.map((one) => one['data']),
  };
}

function drop(keys: readonly string[], object: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([key]) => !keys.includes(key)));
}
