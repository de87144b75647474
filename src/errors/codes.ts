/**
 * Every code that the tool can print, with its exit code and one line for docs/errors.md.
 * The set is closed: a test keeps docs/errors.md equal to it.
 */
export const ERROR_CODES = {
  // The tenant and the way to it
  NETWORK: { exit: 1, title: 'The tenant could not be reached' },
  TIMEOUT: { exit: 1, title: 'The tenant did not answer in time' },
  AUTH_MISSING: { exit: 3, title: 'No credentials for the environment' },
  AUTH_REFUSED: { exit: 1, title: 'The tenant refused the credentials or lacks a right' },
  HTTP_STATUS: { exit: 1, title: 'The tenant answered with an error' },
  HTTP_RATE_LIMITED: { exit: 1, title: 'The tenant asked to slow down until the attempts ran out' },
  HTTP_BAD_BODY: { exit: 1, title: 'The answer was not what the API reference describes' },
  NUMBER_INEXACT: { exit: 1, title: 'The object holds a number that cannot be written back exactly' },
  CONFLICT: { exit: 1, title: 'The object exists already' },
  INCOMPLETE_PAGES: {
    exit: 4,
    title: 'A list could not be read to its proven end, so a page to publish may be missing',
  },
  INCOMPLETE_READ: { exit: 4, title: 'A list could not be read to its proven end, so it proves no absence' },
  // Input
  CONFIG_NOT_FOUND: { exit: 3, title: 'No limio.config file' },
  CONFIG_INVALID: { exit: 3, title: 'The configuration is not valid' },
  ENVIRONMENT_UNKNOWN: { exit: 3, title: 'No such environment' },
  ENVIRONMENT_REQUIRED: { exit: 3, title: 'Several environments and none named' },
  FILES_INVALID: { exit: 3, title: 'The files have errors' },
  ITEM_NOT_FOUND: { exit: 3, title: 'The tenant lacks the object' },
  REFERENCE_NOT_FOUND: { exit: 3, title: 'Something refers to what does not exist' },
  SECRET_MISSING: { exit: 3, title: 'A secret has no usable value' },
  USAGE: { exit: 3, title: 'The command line is not understood' },
  PLAN_INVALID: { exit: 3, title: 'The file is not a plan' },
  PLAN_VERSION: { exit: 3, title: 'The plan has another format version' },
  PLAN_EDITED: { exit: 3, title: 'The plan was edited' },
  PLAN_ELSEWHERE: { exit: 3, title: 'The plan is of another environment or tenant' },
  // Guards and consent
  DELETE_CONSENT: { exit: 4, title: 'Deletions need their own consent' },
  CODEC_UNCONFIRMED: { exit: 4, title: 'The wire form of a journey element is not confirmed' },
  CREATE_BY_HAND: { exit: 4, title: 'A declared catalog item has to be created by a person' },
  CREATE_LOOKALIKE: { exit: 4, title: 'An item to create may be a misspelt one' },
  ROUTE_NOT_LIVE: { exit: 4, title: 'A journey leads to a page that was never published' },
  CREATE_INCOMPLETE: { exit: 4, title: 'The file lacks what a creation needs' },
  REMOVAL_UNSUPPORTED: { exit: 4, title: 'The tenant cannot remove the field' },
  MASS_CHANGE: { exit: 4, title: 'Most objects of a kind would change at once' },
  PRICE_CHANGE: { exit: 4, title: 'A price moves beyond the policy' },
  JOURNEY_AT_DEFAULT: { exit: 4, title: 'The journey moves all root traffic' },
  PROMO_BROADER: { exit: 4, title: 'A promo code gives more than before' },
  PROTECTED_ADDRESS: { exit: 4, title: 'The policy of the environment protects the object' },
  FREEZE: { exit: 4, title: 'The environment is frozen' },
  EMPTY_DESIRED: { exit: 4, title: 'Nothing is declared, so everything would be deleted' },
  PROTECTED: { exit: 4, title: 'The environment is protected' },
  CONSENT_REQUIRED: { exit: 4, title: 'Nobody consented to the apply' },
  LOCKED: { exit: 4, title: 'Another run of this checkout holds the environment' },
  // Apply
  PLAN_FILES_CHANGED: { exit: 5, title: 'The files changed since the plan' },
  PLAN_SECRET_CHANGED: { exit: 5, title: 'A secret changed since the plan' },
  PLAN_FINGERPRINT: { exit: 5, title: 'The plan is not the one that was reviewed' },
  STALE: { exit: 5, title: 'The object moved since the plan' },
  BLOCKED: { exit: 1, title: 'Something it depends on was not done' },
  UNVERIFIED: { exit: 6, title: 'The tenant kept another value than was sent' },
  CREATE_JOB_FAILED: { exit: 1, title: 'The tenant could not create the item' },
  CREATE_PENDING: { exit: 6, title: 'A creation has not come to its end' },
  BULK_UPDATE_DIALECT: { exit: 6, title: 'The tenant understands bulk-update differently' },
  PUBLISH_NEW_ROUTE: { exit: 6, title: 'The route was never published before' },
  PUBLISH_OMITTED: { exit: 6, title: 'The page did not become live' },
  PAGE_UNTAGGED: { exit: 0, title: 'The page has no tag, so it has no route' },
  // Pull
  PULL_TEMPLATE: { exit: 4, title: 'A variable gives another value than the tenant has' },
  PULL_SECRET: { exit: 4, title: 'The tenant holds a secret where the file has none' },
  PULL_UNWRITABLE: { exit: 4, title: 'A file cannot say what the tenant has' },
  PULL_FILE_CHANGED: { exit: 5, title: 'A file changed while it was being pulled' },
  // Promotion
  PROMOTE_FOREIGN_HOST: { exit: 3, title: 'A host of the source would reach the target' },
  // Pull requests
  CI_CONTEXT: { exit: 3, title: 'Not a run of the CI system, or no token for it' },
  CI_API: { exit: 1, title: 'GitHub or GitLab did not do what was asked' },
  CI_DENIED: { exit: 1, title: 'The token may not write to the code host' },
  // First contact
  CANARY_NOT_RESTORED: { exit: 6, title: 'An object that was tried on is not as it was' },
  LEARNED_UNWRITABLE: { exit: 1, title: 'What was learned cannot be written down' },
  // Runs
  JOURNAL_UNWRITABLE: { exit: 1, title: 'The journal of the run cannot be written' },
  RUN_NOT_FOUND: { exit: 3, title: 'No such run' },
  // The snapshot of the last apply
  STATE_MISSING: { exit: 3, title: 'There is no snapshot of the last apply' },
  STATE_INVALID: { exit: 3, title: 'The file is no snapshot of the last apply' },
  STATE_VERSION: { exit: 3, title: 'The snapshot has another format version' },
  STATE_ELSEWHERE: { exit: 3, title: 'The snapshot is of another environment or tenant' },
  // Tests
  PRICES_DIFFER: { exit: 6, title: 'Applied, and the prices are not proved' },
  TEST_COVERAGE: { exit: 1, title: 'Tests reach too little' },
  OUTPUT_UNWRITABLE: { exit: 1, title: 'The output could not be written' },
  INTERRUPTED: { exit: 130, title: 'Interrupted' },
  INTERNAL: { exit: 1, title: 'A bug in limio-sync' },
} as const satisfies Record<string, { exit: number; title: string }>;

export type ErrorCode = keyof typeof ERROR_CODES;

/** The codes of `validate` stand in problem-codes.ts, those of warnings in warning-codes.ts. */
