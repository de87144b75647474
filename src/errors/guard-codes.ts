/**
 * What withholds changes of a plan, the most severe first: what stops everything, what no approval
 * lifts, then by the damage of an unintended change.
 */
export const GUARD_CODES = {
  FREEZE: { exit: 4, title: 'The environment is frozen: limio-sync writes and publishes nothing' },
  FILES_OLDER: { exit: 4, title: 'The files are older than what was applied last' },
  EMPTY_DESIRED: { exit: 4, title: 'The files declare no resource, and the plan would delete everything in `scope`' },
  PROTECTED_ADDRESS: { exit: 4, title: 'The plan changes something that the environment protects' },
  INCOMPLETE_READ: { exit: 4, title: 'limio-sync could not prove that it read a complete list' },
  INCOMPLETE_PAGES: {
    exit: 4,
    title: 'limio-sync could not prove that it read the complete list of pages, or of the products that they show',
  },
  CODEC_UNCONFIRMED: {
    exit: 4,
    title: 'A journey uses a type of condition or action whose JSON in this tenant is unknown',
  },
  REMOVAL_UNSUPPORTED: {
    exit: 4,
    title: 'A file clears a field with `null`, and the dialect says that this tenant cannot clear fields',
  },
  CREATE_BY_HAND: {
    exit: 4,
    title:
      'The files declare catalog items that the tenant lacks, and limio-sync may not create items in this environment',
  },
  CREATE_INCOMPLETE: { exit: 4, title: 'The files declare only part of a resource that does not exist yet' },
  ROUTE_NOT_LIVE: { exit: 4, title: 'A change leaves visitors at a route without a published page' },
  CREATE_LOOKALIKE: {
    exit: 4,
    title: 'The plan creates an item whose path looks like a typo of one that the tenant has',
  },
  MASS_CHANGE: { exit: 4, title: 'The plan changes more objects of one kind than the policy allows' },
  DELETE_UNKNOWN: {
    exit: 4,
    title: 'The plan deletes resources that this repository never declared, as far as this checkout knows',
  },
  DELETE_CONSENT: { exit: 4, title: 'The plan deletes resources, and nobody approved that number of deletions' },
  OVERWRITES: { exit: 4, title: 'The plan overwrites edits that were made in the app since the last apply' },
  PRICE_CHANGE: { exit: 4, title: 'A charge changes by more than the policy allows, or cannot be compared' },
  JOURNEY_AT_DEFAULT: { exit: 4, title: 'The plan changes a journey that starts, or started, at `/default/`' },
  PROMO_BROADER: { exit: 4, title: 'An existing promo code would give more than before' },
  ALSO_PUBLISHES: {
    exit: 4,
    title: 'Publishing a page would also make unpublished edits live that the plan does not name',
  },
} as const satisfies Record<string, { exit: number; title: string }>;

export type GuardCode = keyof typeof GUARD_CODES;
