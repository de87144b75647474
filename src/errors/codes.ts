import { GUARD_CODES } from './guard-codes.js';

/**
 * Every code that limio-sync prints, each with the first sentence of its section in docs/errors.md. Errors end a
 * command or a change with an exit code, guards withhold changes, warnings stop nothing, problems are found in files.
 */

/** What ends a command, or one change of an apply. */
export const ERROR_CODES = {
  // Connection and tenant
  NETWORK: {
    exit: 1,
    title: 'limio-sync could not connect to the tenant, or the connection broke before the answer was complete',
  },
  TIMEOUT: { exit: 1, title: 'The tenant accepted the request and did not answer in time' },
  AUTH_MISSING: { exit: 3, title: 'The environment has no credentials, or only half of a pair' },
  AUTH_REFUSED: { exit: 1, title: 'The tenant refused the credentials (401), or they lack a permission (403)' },
  HTTP_STATUS: { exit: 1, title: 'The tenant answered with an error that has no code of its own' },
  HTTP_RATE_LIMITED: { exit: 1, title: 'The tenant answered 429 to every attempt' },
  HTTP_BAD_BODY: { exit: 1, title: 'The answer does not have the documented form' },
  NUMBER_INEXACT: {
    exit: 1,
    title: 'An object of the tenant holds a number that JavaScript would round, so limio-sync did not write the object',
  },
  CONFLICT: { exit: 1, title: 'The tenant answered 409: the object exists already' },
  // Input
  CONFIG_NOT_FOUND: {
    exit: 3,
    title: 'No folder up to the root of the repository has a `limio.config` file, or the named file does not exist',
  },
  CONFIG_INVALID: { exit: 3, title: 'The configuration cannot be read or is invalid' },
  ENVIRONMENT_UNKNOWN: {
    exit: 3,
    title: '`--env` or `LIMIO_ENV` names an environment that `limio.config` does not have',
  },
  ENVIRONMENT_REQUIRED: { exit: 3, title: 'The configuration has several environments and the command named none' },
  ORDER_INVALID: { exit: 3, title: 'The body of an order differs from its schema, so limio-sync did not send it' },
  FILES_INVALID: { exit: 3, title: 'The files have errors, so limio-sync sent nothing' },
  ITEM_NOT_FOUND: { exit: 3, title: 'A test edits an item that the emulated tenant does not have' },
  IDENTITY_SPELLING: {
    exit: 3,
    title:
      'A file declares a name that the tenant lacks, and that differs from another one only in Unicode normal form, ' +
      'case or blanks',
  },
  REFERENCE_NOT_FOUND: { exit: 3, title: 'The files add a reference to something that does not exist' },
  SECRET_MISSING: {
    exit: 3,
    title: 'An environment variable that `limio.config` marks as a secret is not set, or is shorter than 8 characters',
  },
  FACTOR_REFUSED: {
    exit: 3,
    title: '`factor` found no template that declares exactly the same resources, so it changed no file',
  },
  USAGE: { exit: 3, title: 'limio-sync does not understand the command line' },
  PLAN_INVALID: { exit: 3, title: 'The file is not a plan, or cannot be read' },
  PLAN_VERSION: { exit: 3, title: 'The plan has a format that this version of limio-sync does not read' },
  PLAN_EDITED: { exit: 3, title: 'The content of the plan does not match its fingerprint' },
  PLAN_ELSEWHERE: {
    exit: 3,
    title: 'The plan is for another environment, or for another host than the environment has now',
  },
  // Guards and consent
  ...GUARD_CODES,
  PARTIAL: { exit: 4, title: 'limio-sync could carry out only a part of the plan, so it wrote nothing' },
  PROTECTED: { exit: 4, title: 'The environment is protected and the command did not name it' },
  CONSENT_REQUIRED: { exit: 4, title: 'Nobody approved the plan' },
  LOCKED: { exit: 4, title: 'Another run uses the tenant' },
  // Apply
  PLAN_FILES_CHANGED: {
    exit: 5,
    title: 'The files no longer declare what the plan was made from (checked by `--check-files`)',
  },
  PLAN_UNMANAGED: { exit: 5, title: 'The saved plan changes something that the configuration no longer manages' },
  PLAN_SECRET_CHANGED: { exit: 5, title: 'A secret has another value than when the plan was made' },
  PLAN_FINGERPRINT: { exit: 5, title: '`--fingerprint` names another plan than the one that would run' },
  STALE: { exit: 5, title: 'The object changed between the plan and the write' },
  BLOCKED: { exit: 1, title: 'limio-sync did not try this change, because another one failed or waits' },
  UNVERIFIED: {
    exit: 6,
    title: 'The tenant accepted the write, but holds another value afterwards, or could not be read',
  },
  CREATE_JOB_FAILED: { exit: 1, title: 'The tenant accepted the creation as a job, and the job failed' },
  CREATE_PENDING: { exit: 6, title: 'The tenant accepted a creation, and its job did not finish in time' },
  BULK_UPDATE_DIALECT: { exit: 6, title: 'The first catalog write of its type was not stored as sent' },
  PUBLISH_NEW_ROUTE: {
    exit: 6,
    title:
      'The page was built, but its route was never published, and the API cannot publish a route for the first time',
  },
  PUBLISH_OMITTED: {
    exit: 6,
    title: 'The tenant did not report the route as live after all attempts, and gave no reason',
  },
  PAGE_UNTAGGED: { exit: 0, title: 'A page shows a changed item, but has no tag and therefore no URL' },
  // Pull
  PULL_TEMPLATE: { exit: 4, title: 'A value in a file comes from a variable, and the tenant has another value' },
  PULL_SECRET: {
    exit: 4,
    title: "The tenant's value holds a secret of the environment, and the file holds something else",
  },
  PULL_SHARED: { exit: 4, title: 'A value of one object is written where it also counts for others' },
  PULL_UNWRITABLE: { exit: 4, title: "A file cannot hold the tenant's value" },
  PULL_FILE_CHANGED: {
    exit: 5,
    title: 'A file was edited, created or removed after `pull` read it and before it wrote it',
  },
  // Promotion
  PROMOTE_FOREIGN_HOST: { exit: 3, title: 'The promotion would bring a host of the source to the target' },
  // Pull requests
  CI_CONTEXT: { exit: 3, title: 'The command does not run inside the CI system that it names, or has no token for it' },
  CI_API: { exit: 1, title: 'GitHub or GitLab answered with an error, or did not answer' },
  CI_DENIED: {
    exit: 1,
    title: 'The token may not write to the pull request (403, or 404 for what it may not even see)',
  },
  // First contact
  CANARY_NOT_RESTORED: { exit: 6, title: '`doctor --learn` could not restore the object that it tried changes on' },
  LEARNED_UNWRITABLE: { exit: 1, title: 'limio-sync cannot write `dialects/<environment>.json`' },
  // Runs
  JOURNAL_UNWRITABLE: { exit: 1, title: 'limio-sync cannot record what the run does, so it does not do it' },
  RUN_UNREADABLE: { exit: 3, title: 'The record of the run is damaged, or a newer version of limio-sync wrote it' },
  RUN_NOT_FOUND: { exit: 3, title: 'No run has that name, in this checkout or in the store that the team shares' },
  // The store that a team shares
  STORE_UNAVAILABLE: { exit: 1, title: 'The store of runs and locks did not answer, or its answer makes no sense' },
  STORE_FORBIDDEN: { exit: 1, title: 'The store of runs and locks refused the credentials, or they lack a right' },
  STORE_UNSAFE: {
    exit: 3,
    title: 'The store ignores the conditions of a write, so two runs could both believe that they hold the lock',
  },
  STORE_MOVED: { exit: 5, title: 'Another machine changed a record in the store that only this run should write' },
  LOCK_LOST: { exit: 1, title: 'The run lost its lock, so it sent nothing more' },
  // The snapshot of the last apply
  STATE_MISSING: { exit: 3, title: '`drift --pull` requires the snapshot of the last apply, and there is none' },
  STATE_INVALID: { exit: 3, title: 'The snapshot of the last apply is not valid' },
  STATE_VERSION: { exit: 3, title: 'Another version of limio-sync wrote the snapshot, in another format' },
  STATE_ELSEWHERE: { exit: 3, title: 'The snapshot belongs to another environment or tenant' },
  // Tests and output
  PRICES_DIFFER: {
    exit: 6,
    title: 'The apply succeeded, but the price tests of `--verify-prices` fail in the tenant or could not run',
  },
  TEST_COVERAGE: { exit: 1, title: 'The tests cover less than `--coverage-threshold` requires' },
  FILE_UNWRITABLE: { exit: 1, title: 'limio-sync cannot write a file of the repository' },
  OUTPUT_UNWRITABLE: { exit: 1, title: 'limio-sync could not write its output' },
  INTERRUPTED: { exit: 130, title: 'Ctrl-C or SIGTERM stopped the command' },
  INTERNAL: { exit: 1, title: 'A bug in limio-sync, not in your files' },
} as const satisfies Record<string, { exit: number; title: string }>;

export type ErrorCode = keyof typeof ERROR_CODES;

/** The problems that `limio-sync validate` and `limio-sync journeys check` find in files. */
export const PROBLEM_CODES = {
  // Files
  EMPTY_FILES: { severity: 'error', title: 'The patterns of `files` match no file, or no file declares a resource' },
  FILE_UNREADABLE: { severity: 'error', title: 'A file or folder cannot be read' },
  FILE_NOT_UTF8: { severity: 'error', title: 'A file is not valid UTF-8' },
  FILE_LINK_LOOP: { severity: 'error', title: 'A symbolic link leads to a folder above it, or to itself' },
  FILE_LINK_OUTSIDE: {
    severity: 'error',
    title: 'A symbolic link, or a folder of `files`, leads out of the folder of `limio.config`',
  },
  // YAML
  MERGE_CONFLICT: { severity: 'error', title: 'A file has a merge conflict that nobody resolved' },
  YAML_SYNTAX: { severity: 'error', title: 'The text is not valid YAML' },
  YAML_TAB: { severity: 'error', title: 'A tab is used for indentation' },
  YAML_DUPLICATE_KEY: { severity: 'error', title: 'A mapping has the same key twice' },
  YAML_KEY: { severity: 'error', title: 'A key is a list, a mapping or empty' },
  YAML_MERGE_KEY: { severity: 'error', title: 'A merge key `<<` names something that is not a mapping' },
  YAML_ALIAS: { severity: 'error', title: 'An alias has no anchor, contains itself, or makes the file too large' },
  YAML_TAG: { severity: 'error', title: 'A value has an unsupported tag, or a type that JSON does not have' },
  YAML_NUMBER: { severity: 'error', title: 'A number has too many digits to be exact, or is not finite' },
  TEXT_FILE: { severity: 'error', title: 'A `!file` tag names a file that cannot be used' },
  CODE_FILE: {
    severity: 'error',
    title: 'A program that declares resources fails, or exports something that is no resource',
  },
  FOR_EACH: { severity: 'error', title: '`for_each` of a template cannot be used' },
  EACH_UNKNOWN: { severity: 'error', title: 'A template names a column that its rows do not have' },
  EACH_EMPTY: { severity: 'error', title: 'A cell is empty although its template needs a value' },
  EACH_TYPE: { severity: 'error', title: 'A cell does not have the type that its template needs' },
  TABLE_FILE: { severity: 'error', title: '`for_each` names a table that cannot be used' },
  TABLE_SYNTAX: { severity: 'error', title: 'A table is not valid CSV, or its rows do not fit its header' },
  TABLE_JOIN: { severity: 'error', title: 'A row has no partner, or several, in a table that `join` names' },
  ROWS_EMPTY: { severity: 'warning', title: 'A template, or a part of its `where`, has no row' },
  TABLE_ROW_UNUSED: { severity: 'warning', title: 'No template uses a row of a table' },
  EXTENDS: { severity: 'error', title: '`extends` names a file that is no base' },
  BASE_UNUSED: { severity: 'warning', title: 'No document extends a base' },
  YAML_SPELLING: { severity: 'error', title: 'A value would be sent differently from how it is written' },
  YAML_DEPTH: { severity: 'error', title: 'A document is nested deeper than 100 levels' },
  FORBIDDEN_KEY: { severity: 'error', title: 'A key is called `__proto__`, `constructor` or `prototype`' },
  CONTROL_CHARACTER: { severity: 'error', title: 'A text or a key holds a control character' },
  // Variables
  VARIABLE_UNKNOWN: { severity: 'error', title: 'A file uses a variable that an environment does not have' },
  VARIABLE_REFUSED: { severity: 'error', title: 'A file names an environment variable that it may not read' },
  VARIABLE_SYNTAX: { severity: 'error', title: 'A text has `${` without a valid reference to a variable' },
  SECRET_REFERENCE: { severity: 'error', title: 'A secret is used where none is allowed' },
  // Shape
  NOT_A_MAPPING: { severity: 'error', title: 'A document is a list, a text or a number' },
  KIND_MISSING: { severity: 'error', title: 'A document has no `kind`' },
  KIND_UNKNOWN: { severity: 'error', title: 'The kind does not exist' },
  MISSING_KEY: { severity: 'error', title: 'A required key is missing' },
  UNKNOWN_KEY: { severity: 'error', title: 'A key is not allowed here' },
  WRONG_TYPE: { severity: 'error', title: 'A value has the wrong type' },
  WRONG_VALUE: { severity: 'error', title: 'A value is not in a closed set' },
  UNUSUAL_KEY: { severity: 'warning', title: 'limio-sync does not know this key of a Limio object' },
  UNUSUAL_VALUE: { severity: 'warning', title: 'A value is not one of the known values of its field' },
  EMPTY_LIST: { severity: 'error', title: 'A list needs at least one element' },
  // Addresses and references
  DUPLICATE_ADDRESS: { severity: 'error', title: 'Two documents declare the same resource' },
  MOVED_DONE: { severity: 'info', title: 'Every environment has the new name, so `moved_from` can be removed' },
  MOVED_FROM: { severity: 'error', title: '`moved_from` names a resource that cannot have become this one' },
  REFERENCE_MISSPELT: {
    severity: 'error',
    title: 'A reference names a path that no file declares, and a similar path is declared',
  },
  REFERENCE_ID: { severity: 'warning', title: 'The `id` of a reference does not match its `path`' },
  LABEL_MISSPELT: { severity: 'warning', title: 'No offer in the files carries this label, and a similar one exists' },
  SEGMENT_MISSPELT: {
    severity: 'warning',
    title: 'No segment in the files has this name, and a similar one exists',
  },
  // Environments and overlays
  ENVIRONMENT_NAME: {
    severity: 'error',
    title: '`only` or `except` names an environment that the configuration does not have',
  },
  ENVIRONMENT_CHOICE: {
    severity: 'error',
    title: 'A document has both `only` and `except`, excludes every environment, or is an overlay',
  },
  OVERLAY_PLACE: { severity: 'error', title: 'An overlay is in no environment folder' },
  OVERLAY_BASE: {
    severity: 'error',
    title: 'An overlay changes a resource that no file declares, or not for this environment',
  },
  OVERLAY_DUPLICATE: { severity: 'error', title: 'Two overlays of one environment change the same resource' },
  OVERLAY_NULL: {
    severity: 'warning',
    title: 'A `null` in an overlay removes a key of the base, and the base has no such key',
  },
  OWNED_ELSEWHERE: { severity: 'warning', title: 'The files declare fields that the web app or the server owns' },
  // Catalog
  PATH_SYNTAX: { severity: 'error', title: 'The path of a catalog item is malformed, or does not fit the kind' },
  ATTRIBUTE_MISSPELT: { severity: 'error', title: 'An attribute that ends in `__limio` is close to a known one' },
  ATTRIBUTE_UNKNOWN: { severity: 'warning', title: 'An attribute that ends in `__limio` is not known' },
  ATTRIBUTE_SUFFIX: { severity: 'warning', title: 'An attribute of Limio lacks its ending, for example `__limio`' },
  LABEL_NOT_ASCII: { severity: 'warning', title: 'A label holds a slash, or characters outside ASCII' },
  PRICE_NOT_NUMBER: { severity: 'error', title: 'The text of a price is not a number' },
  PRICE_AMBIGUOUS: { severity: 'error', title: 'Two countries read the text of an amount differently' },
  PRICE_SPELLING: { severity: 'warning', title: 'A price holds other characters than digits and a point' },
  CURRENCY_UNKNOWN: { severity: 'error', title: 'The currency is not in ISO 4217' },
  COUNTRY_UNKNOWN: { severity: 'error', title: 'The country is not in ISO 3166-1' },
  // Promo codes
  PROMO_CODE_SYNTAX: { severity: 'error', title: 'A code holds something else than letters and digits' },
  DATE_SYNTAX: { severity: 'error', title: 'A date does not exist or is malformed' },
  PROMO_DATES: { severity: 'error', title: 'A code expires before it starts' },
  PERCENTAGE_RANGE: {
    severity: 'error',
    title: 'A percentage is outside 0 to 100: the discount of a promo code or the split of an action',
  },
  AMOUNT_RANGE: {
    severity: 'error',
    title: 'An amount is negative or not a number, or a quantity or length is not a whole number',
  },
  PROMO_DISCOUNT: { severity: 'error', title: 'The keys of a discount do not match its type' },
  PROMO_LABEL: { severity: 'warning', title: '`applicationLevel` and `referencedOfferLabel` do not match' },
  // Journeys
  TAG_PATH: { severity: 'error', title: 'A tag path is malformed' },
  JOURNEY_SPLIT: { severity: 'error', title: 'The splits of one branch do not add up to 100' },
  JOURNEY_NO_FALLBACK: {
    severity: 'warning',
    title: 'The journey does not say where visitors go if no branch matches',
  },
  JOURNEY_UNREACHABLE: { severity: 'warning', title: 'No visitor reaches this branch' },
  JOURNEY_OVERLAP: {
    severity: 'info',
    title: 'Some visitors match two branches that lead to different places, so their order decides',
  },
  JOURNEY_SAME_START: { severity: 'warning', title: 'Two journeys start at the same page of the same host' },
  JOURNEY_LOOP: { severity: 'warning', title: 'Journeys lead visitors in a circle' },
  JOURNEY_NO_ACTION: { severity: 'warning', title: 'A branch has no action' },
  JOURNEY_BRANCH_ID: { severity: 'error', title: 'Two branches of one journey have the same `id`' },
  JOURNEY_DOMAIN: { severity: 'error', title: 'A domain is not a host name' },
  CONDITION_VALUE: { severity: 'error', title: 'A condition does not accept this value' },
  // Tests
  TEST_ORDER: { severity: 'error', title: 'A test describes an impossible order' },
  TEST_VISITOR: { severity: 'error', title: 'A test describes an impossible visitor' },
  TEST_EXPECTATION: { severity: 'error', title: 'A test expects an impossible outcome' },
  TEST_FAILED: { severity: 'error', title: 'A test fails' },
} as const satisfies Record<string, { severity: 'error' | 'warning' | 'info'; title: string }>;

export type ProblemCode = keyof typeof PROBLEM_CODES;

/** The warnings of a plan, which stop nothing. Some of the codes are errors or problems elsewhere. */
export const WARNING_CODES = {
  INCOMPLETE_READ: ERROR_CODES.INCOMPLETE_READ,
  OVERWRITES: ERROR_CODES.OVERWRITES,
  SNAPSHOT_UNREADABLE: { title: 'The snapshot of the last apply cannot be used, so guards that need it say nothing' },
  FILES_AGE_UNKNOWN: { title: 'This clone cannot tell whether the files are older than what was applied last' },
  OBJECT_UNREADABLE: {
    title: 'The tenant refuses to show an object, or shows it in a form that limio-sync cannot use',
  },
  DELETIONS_UNREAD: { title: 'A list could not be read in full, so the plan may lack deletions' },
  INDEX_STALE: { title: 'The published index shows an older copy of an item than a run proved live' },
  PRODUCT_SYNCED: { title: 'The plan changes a product that the billing system synchronises' },
  PATTERN_UNMATCHED: { title: 'A pattern of the configuration matches nothing that is declared or live' },
  IGNORED: { title: 'The files declare fields or resources that the environment ignores' },
  OWNED_ELSEWHERE: PROBLEM_CODES.OWNED_ELSEWHERE,
  IMPACT_INCOMPLETE: { title: 'The plan could not read everything that its impact report needs' },
  CANNOT_UNDO: { title: '`limio-sync rollback` can undo a part of this plan only incompletely' },
  CREATE_ONLY: {
    title: 'A file declares another value than the tenant has, in a field that can only be set at creation',
  },
  SET_BY_HAND: { title: 'A file declares settings of a page that only people can set' },
  DESTINATION_NOT_FOUND: { title: 'A changed journey still leads to a tag that the tenant does not have' },
  DESTINATION_NOT_LIVE: { title: 'A changed journey still leads to a tag that no published page has' },
  JOURNEY_LOOP: PROBLEM_CODES.JOURNEY_LOOP,
  JOURNEY_SAME_START: PROBLEM_CODES.JOURNEY_SAME_START,
  MOVED_FROM: PROBLEM_CODES.MOVED_FROM,
  PUBLISH_NEW_ROUTE: ERROR_CODES.PUBLISH_NEW_ROUTE,
  RENAME_LIKELY: { title: 'A journey or promo code that the plan creates is like one that it deletes' },
  PROMO_CODE_MOVED: { title: 'A renamed promo code replaces the old one, which stops working' },
  REFERENCE_NOT_FOUND: ERROR_CODES.REFERENCE_NOT_FOUND,
} as const satisfies Record<string, { title: string }>;

export type WarningCode = keyof typeof WARNING_CODES;
