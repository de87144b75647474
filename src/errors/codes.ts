/** What stops changes of a plan; their order of severity is in plan/guards/guards.ts. */
const GUARD_CODES = {
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
  INCOMPLETE_PAGES: {
    exit: 4,
    title: 'A list could not be read to its proven end, so a page to publish may be missing',
  },
  INCOMPLETE_READ: { exit: 4, title: 'A list could not be read to its proven end, so it proves no absence' },
} as const satisfies Record<string, { exit: number; title: string }>;

export type GuardCode = keyof typeof GUARD_CODES;

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
  ...GUARD_CODES,
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

/**
 * Every code of `limio-sync validate` and `limio-sync journeys check`, with its severity and one line for docs/errors.md.
 * The set is closed: a test keeps docs/errors.md equal to it.
 */
export const PROBLEM_CODES = {
  // Files
  EMPTY_FILES: { severity: 'error', title: 'No resource is declared' },
  FILE_UNREADABLE: { severity: 'error', title: 'A file or folder cannot be read' },
  FILE_NOT_UTF8: { severity: 'error', title: 'A file is not UTF-8 text' },
  FILE_LINK_LOOP: { severity: 'error', title: 'A symbolic link leads back to a folder above it' },
  FILE_LINK_OUTSIDE: { severity: 'error', title: 'A symbolic link leads out of the repository' },
  // YAML
  YAML_SYNTAX: { severity: 'error', title: 'The YAML cannot be read' },
  YAML_TAB: { severity: 'error', title: 'A tab is used for indentation' },
  YAML_DUPLICATE_KEY: { severity: 'error', title: 'A key stands twice in a mapping' },
  YAML_KEY: { severity: 'error', title: 'A key is not a plain text' },
  YAML_MERGE_KEY: { severity: 'error', title: 'The merge key << is not part of YAML 1.2' },
  YAML_ALIAS: { severity: 'error', title: 'An alias has no anchor, contains itself or grows too large' },
  YAML_TAG: { severity: 'error', title: 'A tag is not supported' },
  YAML_NUMBER: { severity: 'error', title: 'A number cannot be kept exactly' },
  YAML_DEPTH: { severity: 'error', title: 'The document is nested too deeply' },
  FORBIDDEN_KEY: { severity: 'error', title: 'A key that no resource may have' },
  CONTROL_CHARACTER: { severity: 'error', title: 'A text holds a control character' },
  // Variables
  VARIABLE_UNKNOWN: { severity: 'error', title: 'A variable has no value in an environment' },
  VARIABLE_REFUSED: { severity: 'error', title: 'A file names a variable of the process that it may not read' },
  VARIABLE_SYNTAX: { severity: 'warning', title: 'A text looks like a variable and is none' },
  SECRET_REFERENCE: { severity: 'error', title: 'A reference to a secret stands where none can' },
  // Shape
  NOT_A_MAPPING: { severity: 'error', title: 'A document is not a mapping' },
  KIND_MISSING: { severity: 'error', title: 'A document has no kind' },
  KIND_UNKNOWN: { severity: 'error', title: 'No such kind of resource' },
  MISSING_KEY: { severity: 'error', title: 'A required key is missing' },
  UNKNOWN_KEY: { severity: 'error', title: 'No such key' },
  WRONG_TYPE: { severity: 'error', title: 'A value has the wrong type' },
  WRONG_VALUE: { severity: 'error', title: 'A value is not one of those allowed' },
  UNUSUAL_KEY: { severity: 'warning', title: 'A key that Limio is not known to have' },
  UNUSUAL_VALUE: { severity: 'warning', title: 'A value that is close to a usual one' },
  EMPTY_LIST: { severity: 'error', title: 'A list needs at least one element' },
  // Addresses and references
  DUPLICATE_ADDRESS: { severity: 'error', title: 'A resource is declared twice' },
  REFERENCE_MISSPELT: { severity: 'error', title: 'A reference is close to a declared resource' },
  REFERENCE_ID: { severity: 'warning', title: 'The id of a reference is not that of its path' },
  LABEL_MISSPELT: { severity: 'warning', title: 'A label is close to a declared one' },
  // Environments and overlays
  ENVIRONMENT_NAME: { severity: 'error', title: 'A file names an environment that there is not' },
  ENVIRONMENT_CHOICE: { severity: 'error', title: 'The keys "only" and "except" cannot stand like this' },
  OVERLAY_PLACE: { severity: 'error', title: "An overlay lies in no environment's folder" },
  OVERLAY_BASE: { severity: 'error', title: 'An overlay changes a resource that is not declared' },
  OVERLAY_DUPLICATE: { severity: 'error', title: 'Two overlays of an environment change one resource' },
  OVERLAY_NULL: { severity: 'warning', title: 'A null in an overlay takes out what the base does not have' },
  OWNED_ELSEWHERE: { severity: 'warning', title: 'The app or the server owns what a file declares' },
  // Catalog
  PATH_SYNTAX: { severity: 'error', title: 'The path of a catalog item is malformed' },
  ATTRIBUTE_MISSPELT: { severity: 'error', title: 'An attribute is close to a known one' },
  ATTRIBUTE_UNKNOWN: { severity: 'warning', title: 'An attribute looks like one of Limio and is not known' },
  LABEL_NOT_ASCII: { severity: 'warning', title: 'A label is not flat ASCII' },
  PRICE_NOT_TEXT: { severity: 'error', title: 'A price is not quoted' },
  PRICE_NOT_NUMBER: { severity: 'error', title: 'A price is not a number' },
  CURRENCY_UNKNOWN: { severity: 'error', title: 'No such currency in ISO 4217' },
  COUNTRY_UNKNOWN: { severity: 'error', title: 'No such country in ISO 3166' },
  // Promo codes
  PROMO_CODE_SYNTAX: { severity: 'error', title: 'A promo code has more than letters and digits' },
  DATE_SYNTAX: { severity: 'error', title: 'A date is not a day of the calendar' },
  PROMO_DATES: { severity: 'error', title: 'A promo code expires before it starts' },
  PERCENTAGE_RANGE: { severity: 'error', title: 'A percentage is outside 0 to 100' },
  AMOUNT_RANGE: { severity: 'error', title: 'An amount or a quantity is not a usable number' },
  PROMO_DISCOUNT: { severity: 'error', title: 'The parts of a discount contradict each other' },
  PROMO_LABEL: { severity: 'warning', title: 'Application level and offer label do not fit' },
  // Journeys
  TAG_PATH: { severity: 'error', title: 'A tag path is malformed' },
  JOURNEY_SPLIT: { severity: 'error', title: 'The splits of a branch do not add up to 100' },
  JOURNEY_NO_FALLBACK: { severity: 'warning', title: 'A journey says nothing about visitors whom no branch takes' },
  JOURNEY_UNREACHABLE: { severity: 'warning', title: 'A branch is never reached' },
  JOURNEY_OVERLAP: { severity: 'info', title: 'The order of branches decides' },
  JOURNEY_SAME_START: { severity: 'warning', title: 'Two journeys start at one page of one host' },
  JOURNEY_LOOP: { severity: 'warning', title: 'Journeys lead visitors in a circle' },
  JOURNEY_NO_ACTION: { severity: 'warning', title: 'A branch leads nowhere' },
  JOURNEY_BRANCH_ID: { severity: 'error', title: 'Two branches have the same id' },
  JOURNEY_DOMAIN: { severity: 'error', title: 'A domain is not a host name' },
  CONDITION_VALUE: { severity: 'error', title: 'A condition cannot hold this value' },
  // Tests
  TEST_ORDER: { severity: 'error', title: 'A test describes an order that cannot be' },
  TEST_VISITOR: { severity: 'error', title: 'A test describes a visitor who cannot be' },
  TEST_EXPECTATION: { severity: 'error', title: 'A test expects what cannot happen' },
  TEST_FAILED: { severity: 'error', title: 'A test fails' },
} as const satisfies Record<string, { severity: 'error' | 'warning' | 'info'; title: string }>;

export type ProblemCode = keyof typeof PROBLEM_CODES;

/**
 * Every code of a plan's warnings, with one line for docs/errors.md. A warning stops nothing.
 * The set is closed: a test keeps docs/errors.md equal to it. Some of the codes are errors or problems elsewhere.
 */
export const WARNING_CODES = {
  INCOMPLETE_READ: { title: 'A list could not be read to its proven end' },
  PRODUCT_SYNCED: { title: 'The billing system may overwrite the product' },
  IGNORED: { title: 'The policy of the environment leaves out what the files declare' },
  OWNED_ELSEWHERE: { title: 'The app or the server owns what the files declare' },
  IMPACT_INCOMPLETE: { title: 'Something could not be read that the impact needs' },
  CANNOT_UNDO: { title: 'A rollback cannot take everything back' },
  CREATE_ONLY: { title: 'A field that only a creation sets is declared otherwise' },
  DESTINATION_NOT_FOUND: { title: 'A journey leads to a tag that does not exist' },
  DESTINATION_NOT_LIVE: { title: 'A journey leads to a page that is not published' },
  JOURNEY_LOOP: { title: 'Journeys lead visitors in a circle' },
  JOURNEY_SAME_START: { title: 'Two journeys start at one page of one host' },
  PUBLISH_NEW_ROUTE: { title: 'A new page has to be published once by a person' },
  REFERENCE_NOT_FOUND: { title: 'The tenant lacks something that is referred to' },
} as const satisfies Record<string, { title: string }>;

export type WarningCode = keyof typeof WARNING_CODES;
