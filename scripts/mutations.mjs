/**
 * The mutations of `npm run test:mutation`: each replaces one text of one file, and at least one of `tests`
 * must fail. The text must occur exactly once. One group per promise that the tool makes.
 */

const GUARDS = ['test/plan/guards.test.ts', 'test/plan/guards-tenant.test.ts', 'test/plan/policies-doc.test.ts'];
const FREEZE = ['test/plan/freeze.test.ts'];
const CREATIONS = ['test/plan/creations.test.ts'];
const MONEY = ['test/plan/money.test.ts', 'test/plan/prices.test.ts', 'test/plan/guards.test.ts'];
const SELECT = ['test/apply/select.test.ts'];
const COMPARE = ['test/apply/live-comparison.test.ts'];
const APPLY = ['test/apply/write-catalog.test.ts', 'test/apply/apply.test.ts'];
const PUBLISH = ['test/publish/publish.test.ts', 'test/publish/lost-answers.test.ts'];
const READS = ['test/api/pages.test.ts', 'test/api/catalog-reads.test.ts', 'test/api/promo-codes.test.ts'];
const ALSO = ['test/scenarios/also-publishes.test.ts'];
const SAVED = ['test/cli/apply-saved.test.ts'];
const SECRETS = ['test/secrets/reveal-secrets.test.ts', 'test/secrets/secret-codec.test.ts'];

export const MUTATIONS = [
  // Guards: a change that needs a decision does not run without it.
  ...inFile('src/plan/guards/policy.ts', GUARDS, [
    [
      'deletions need no approval',
      "const deletions = changes.filter(({ action, neverDeclared }) => action === 'delete' && !neverDeclared);\n  const removals",
      'const deletions = changes.filter(() => false);\n  const removals',
    ],
    [
      'objects of others need no approval',
      'if (addresses.length === 0) return [];\n  const what',
      'if (addresses.length >= 0) return [];\n  const what',
    ],
    ['a mass change of exactly the limit is stopped', 'count * 100 > percent', 'count * 100 >= percent'],
    ['mass changes count from one more object', 'count >= atLeast', 'count > atLeast'],
    ['creations count as mass changes', "change.kind === kind && change.action !== 'create'", 'change.kind === kind'],
    ['files that declare nothing may delete everything', 'declaredCount > 0 || ', 'declaredCount >= 0 || '],
    [
      'protected addresses may change',
      'const stopped = changes.filter((change) => isNamed(',
      'const stopped = changes.filter((change) => !isNamed(',
    ],
  ]),
  ...inFile('src/plan/guards/policy.ts', FREEZE, [
    ['a freeze begins one millisecond late', 'fromMs <= now', 'fromMs < now'],
    ['a freeze includes its end', 'now < toMs', 'now <= toMs'],
    ['a freeze does not stop publishing', 'stopsPublish: true', 'stopsPublish: undefined'],
  ]),
  ...inFile('src/plan/guards/prices.ts', GUARDS, [
    ['a removed charge is free', "if (!after) return 'removed charge';", 'if (!after) return undefined;'],
    [
      'a new charge on a priced item is free',
      "pricedBefore && !isZero(after) ? 'new charge'",
      "!pricedBefore && !isZero(after) ? 'new charge'",
    ],
    ['another currency is free', "if (before.currency !== after.currency) return 'changed currency';", ''],
    ['another interval is free', "if (before.interval !== after.interval) return 'changed interval';", ''],
    [
      'an amount that cannot be compared is free',
      "if (exceeds === undefined) return 'amount that cannot be compared';",
      '',
    ],
  ]),
  ...inFile('src/plan/money.ts', MONEY, [
    ['a price change of exactly the limit is stopped', '> from * limit', '>= from * limit'],
    [
      'decreases use the limit of increases',
      'to < from ? limits.maxDecrease : limits.maxIncrease',
      'limits.maxIncrease',
    ],
  ]),
  ...inFile('src/plan/guards/journeys.ts', GUARDS, [
    [
      'a journey that leaves /default/ is not guarded',
      '[after, movedFrom?.body ?? state.resources.get(address)?.body ?? {}].some',
      '[after].some',
    ],
    [
      'a journey may lead to a page that was never published',
      'if (deadLeads.length === 0) return [];',
      'if (deadLeads.length >= 0) return [];',
    ],
  ]),
  ...inFile('src/plan/guards/promo-codes.ts', GUARDS, [
    [
      'switching a code on is not broader',
      "getOwn(after, 'status') === true && getOwn(before, 'status') !== true",
      'false',
    ],
    [
      'an amount that is no number is not broader',
      'if (!old || !wanted) return true;',
      'if (!old || !wanted) return false;',
    ],
    ['a later expiry is not broader', '!(dayOf(expiry[1]) <= dayOf(expiry[0]))', 'false'],
    ['an unlimited quantity is not broader', 'isNothing(wanted) || !(Number(wanted)', '!(Number(wanted ?? 0)'],
  ]),
  ...inFile('src/plan/guards/tenant.ts', GUARDS, [
    ['an incomplete list justifies deletions', '!listing || listing.complete', '!listing || !listing.complete'],
    [
      'an incomplete list justifies a deletion',
      "(change.action === 'delete' || (kind === 'promo_code' && (change.action === 'create' || isMove(change))))",
      "(kind === 'promo_code' && (change.action === 'create' || isMove(change)))",
    ],
    [
      'an incomplete list justifies new promo codes',
      " || (kind === 'promo_code' && (change.action === 'create' || isMove(change)))",
      '',
    ],
    [
      'a guessed wire form reaches the tenant',
      'unconfirmed } }) => change && unconfirmed.length > 0',
      'unconfirmed } }) => change && unconfirmed.length > 9',
    ],
    [
      'a field that the tenant cannot clear is cleared',
      'unremovable } }) => change && unremovable.length > 0',
      'unremovable } }) => change && unremovable.length > 9',
    ],
  ]),
  ...inFile(
    'src/plan/guards/tenant.ts',
    ['test/plan/pending-publishes.test.ts', 'test/plan/reach.test.ts', ...GUARDS],
    [['an incomplete list of pages does not stop publishing', 'stopsPublish: true', 'stopsPublish: undefined']],
  ),
  ...inFile('src/plan/guards/creations.ts', CREATIONS, [
    ['products are created', '(findNeverCreated(kind) !== undefined || !createItems)', '!createItems'],
    ['a likely typo becomes a new item', 'filter(({ likely }) => likely)', 'filter(({ likely }) => !likely)'],
    [
      'changes that need a missing item run',
      'dependsOn.some((other) => stopped.has(other))',
      'dependsOn.every((other) => stopped.has(other)) && false',
    ],
  ]),
  ...inFile(
    'src/plan/deletes.ts',
    ['test/plan/guards.test.ts', 'test/plan/managed.test.ts', 'test/plan/ownership.test.ts'],
    [['ignored objects are deleted', ' && findReason(address) === undefined', '']],
  ),

  // Consents: an approval covers exactly what was reviewed.
  ...inFile('src/model/plan-stop.ts', SELECT, [
    ['any value lifts a guard', 'consents.get(consent.flag) === consent.value', 'consents.has(consent.flag)'],
    ['deletions that lack their consent stop a plan', "code !== 'DELETE_CONSENT'", 'code.length > 0'],
    ['a change that waits for a withheld deletion stops nothing', 'waiting.length > 0 ?', 'waiting.length > 99 ?'],
    [
      'a guard that names no change stops nothing',
      'if (reasons.size === 0)',
      'if (![...reasons.values()].some((count) => count > 0))',
    ],
  ]),
  ...inFile(
    'src/cli/shared/consent.ts',
    ['test/cli/shared/consent.test.ts'],
    [
      ['a plan runs in part unasked', 'if (!stop) return;', 'if (stop) return;'],
      ['the policy of the environment is ignored', " || policies.partial === 'allow'", ''],
    ],
  ),
  ...inFile('src/apply/select.ts', SELECT, [
    [
      'one lifted guard frees a change',
      'const standing = plan.guards.filter((guard) => !isLifted(guard, consents));',
      'const standing = plan.guards.some((guard) => isLifted(guard, consents)) ? [] : plan.guards;',
    ],
    [
      'a withheld change without a guard runs',
      'if (!guarded.has(address)) withheld.set',
      'if (guarded.has(address)) withheld.set',
    ],
    [
      'a guard that stops publishing is ignored',
      'standing.find(({ stopsPublish }) => stopsPublish)',
      'standing.find(() => false)',
    ],
  ]),

  ...inFile(
    'src/cli/shared/consent.ts',
    ['test/cli/shared/consent.test.ts'],
    [
      [
        '--yes covers a protected environment',
        'if (plan.protected && options.allowProtected',
        'if (plan.protected && options.yes !== true && options.allowProtected',
      ],
      [
        'any name frees a protected environment',
        'options.allowProtected !== environment',
        'options.allowProtected === undefined',
      ],
      [
        'without a terminal a plan runs',
        'if (io.stdin.isTTY !== true) {',
        'if (io.stdin.isTTY !== true) return;\n  if (io.stdin.isTTY === undefined) {',
      ],
      ['"y" at the terminal is enough', "answer.trim() === 'yes'", "answer.trim().startsWith('y')"],
      [
        'a plan that only publishes needs no approval',
        'if (isEmptyPlan(plan)) return;',
        'if (plan.changes.length === 0) return;',
      ],
    ],
  ),

  // Staleness: nothing is written over what nobody reviewed.
  ...inFile('src/apply/live-comparison.ts', COMPARE, [
    [
      'a moved object is written',
      "if (state === 'before') return { verdict: 'write' };",
      "if (state === 'before' || state === 'other') return { verdict: 'write' };",
    ],
    ['a deleted object is written', "update: 'missing'", "update: 'before'"],
    [
      'a delete ignores what a colleague added',
      "state: moved.length === 0 ? 'before' : 'other', moved, differences: []",
      "state: 'before', moved, differences: []",
    ],
    ['only the wanted fields are compared', 'coverBoth(change.before ?? {}, change.after ?? {})', 'change.after ?? {}'],
    [
      'a create overwrites what exists',
      "change.action === 'update' && moved.length === 0 ? 'before'",
      "moved.length === 0 ? 'before'",
    ],
  ]),
  ...inFile('src/apply/recheck.ts', APPLY, [
    [
      'a stale object is written',
      "return { status: 'failed', rest: { error: { ...check.error, hint } } };",
      'return undefined;',
    ],
    [
      'what is done already is written again',
      "return { status: 'done', rest: { alreadyDone: true } };",
      'return undefined;',
    ],
  ]),

  // Read-back: nothing is reported done that was not read.
  ...inFile('src/apply/read-back.ts', APPLY, [
    ['one read decides', 'for (const pauseMs of pausesMs) {', 'for (const pauseMs of pausesMs.slice(9)) {'],
    [
      'a read that fails counts as success',
      "return { state: 'unreadable', error: toOutcomeError(thrown) };",
      "return { state: 'after', moved: [], differences: [], fresh: undefined };",
    ],
  ]),
  ...inFile(
    'src/apply/write-object.ts',
    ['test/apply/write-object.test.ts', ...APPLY],
    [
      [
        'a field that the tenant dropped goes unnoticed',
        'if (lost.length === 0) return',
        'if (lost.length >= 0) return',
      ],
    ],
  ),
  // A publish makes live only what the plan names.
  ...inFile('src/plan/guards/policy.ts', ALSO, [
    ['an unpublished edit goes live unasked', "context.policies.alsoPublish === 'report'", 'true'],
  ]),
  ...inFile('src/plan/pages/also-publishes.ts', ALSO, [
    ['an item goes live for the first time unasked', 'return { item, also };\n    }\n', 'return { item };\n    }\n'],
    ['a draft of a product goes live unasked', '...(products[i] ?? [])', '...[]'],
  ]),
  ...inFile('src/apply/recheck.ts', ALSO, [
    [
      'an item that moved before the build goes live',
      'fresh, change?.after ?? {}) === hash',
      'fresh, change?.after ?? {}) !== undefined',
    ],
    [
      'an item that got a label before the build goes live',
      '!known.has(address) && !run',
      'known.has(address) && !run',
    ],
  ]),
  ...inFile('src/publish/publish.ts', PUBLISH, [
    ['other pages are checked between a check and its build', 'last.then(work)', 'work()'],
  ]),
  // Traffic never moves to a page that is not there.
  ...inFile(
    'src/apply/missing-routes.ts',
    ['test/apply/missing-routes.test.ts'],
    [
      ['a journey leads to a page that did not become live', 'if (!found || consented', 'if (found || consented'],
      [
        'a page without its own change is the page',
        "published?.status === 'live' && undone === undefined",
        "published?.status === 'live'",
      ],
    ],
  ),
  // What is owed is not forgotten, and going back goes back.
  ...inFile(
    'src/drift/state.ts',
    ['test/drift/state.test.ts'],
    [['the last apply is verified while a page is pending', 'pending.length === 0 &&', 'pending.length >= 0 &&']],
  ),
  ...inFile(
    'src/apply/result.ts',
    ['test/cli/rollback.test.ts', 'test/apply/result.test.ts'],
    [
      [
        'a rollback that left an object is complete',
        "!interrupted && outcomes.every(({ status }) => status === 'done') && pages",
        '!interrupted && pages',
      ],
    ],
  ),
  ...inFile('src/publish/page-outcome.ts', PUBLISH, [
    ['a route among the omitted counts as live', 'entry === undefined && answer.published', 'answer.published'],
    ['success without the route counts as live', 'answer.published.includes(route)', 'answer.published.length >= 0'],
  ]),
  ...inFile(
    'src/apply/apply.ts',
    ['test/apply/apply-pages.test.ts', ...APPLY],
    [
      [
        'deletions run after a failure',
        "({ status }) => status === 'failed' || status === 'unverified'",
        '() => false',
      ],
      [
        'a page with a failed item is published',
        "({ status }) => status !== 'done' && status !== 'withheld'",
        '() => false',
      ],
    ],
  ),

  // Completeness: a list proves an absence only if all of it was read.
  ...inFile('src/api/pages.ts', READS, [
    [
      'a list without a count is complete',
      'run.hits === run.items.length',
      '(run.hits ?? run.items.length) === run.items.length',
    ],
    [
      'a list with an element that has no key is complete',
      'if (run.unusable + run.tooDeep.length > 0) return false;',
      '',
    ],
    ['a refused cursor ends the list', "run.end === 'ended' && !run.repeats", '!run.repeats'],
    ['pages that repeat are complete', "run.end === 'ended' && !run.repeats", "run.end === 'ended'"],
    ['a lower bound counts as a count', "(getOwn(hits, 'relation') ?? 'eq') !== 'eq'", 'false'],
  ]),
  ...inFile('src/api/catalog-reads.ts', READS, [
    [
      'one page is read instead of all',
      "['opt.all', 'true'],\n    ['opt.pageSize', String(pageSize)],\n    ['opt.queryMoreFrom'",
      "['opt.pageSize', String(pageSize)],\n    ['opt.queryMoreFrom'",
    ],
    ["another item's body is accepted", 'answered !== bareText(path)', 'false'],
    [
      'a stale inner path is the key',
      "textAt(json, 'path') ?? knownPath",
      "textAt(isJsonObject(json['data']) ? json['data'] : json, 'path') ?? textAt(json, 'path') ?? knownPath",
    ],
  ]),

  // Saved plans: what was reviewed is what runs.
  ...inFile(
    'src/plan/plan-file.ts',
    ['test/plan/plan-file.test.ts'],
    [['an edited plan runs', 'if (makeFingerprint(plan) === plan.fingerprint) return plan;', 'return plan;']],
  ),
  ...inFile(
    'src/plan/saved-file.ts',
    ['test/plan/plan-file.test.ts'],
    [['a plan of another format runs', 'if (version !== formatVersion) {', 'if (version === undefined) {']],
  ),
  ...inFile(
    'src/plan/causes/causes.ts',
    ['test/plan/causes/causes.test.ts'],
    [
      [
        'an edit of the app is overwritten without consent',
        'if (addresses.length === 0 || !needsConsent(context)) return [];',
        'if (!needsConsent(context) || true) return [];',
      ],
    ],
  ),

  ...inFile('src/cli/shared/plan.ts', SAVED, [
    ['a plan for another host runs', ' && environment.host === plan.host', ''],
  ]),
  ...inFile('src/plan/guards/guards.ts', SAVED, [
    [
      'a saved plan keeps the guards of its day',
      '...Object.values(decided).flatMap((evaluate) => evaluate(input)), ...added',
      '...plan.guards.filter(({ code }) => Object.hasOwn(decided, code)), ...added',
    ],
    ['a saved plan ignores a new protection', 'evaluate(input)), ...added, ...kept', 'evaluate(input)), ...kept'],
  ]),
  ...inFile('src/cli/apply/choose-plan.ts', SAVED, [
    ['a saved plan changes what is no longer managed', 'if (unmanaged.length > 0) {', 'if (unmanaged.length > 99) {'],
    [
      '--check-files compares only the files',
      'if (fresh.plan.fingerprint === plan.fingerprint) return fresh;',
      'return fresh;',
    ],
  ]),
  ...inFile(
    'src/plan/compare.ts',
    ['test/plan/guards-tenant.test.ts'],
    [
      [
        'a journey at /default/ is of low risk',
        "&& isDefaultStart(desired.body) ? 'high'",
        "&& isDefaultStart(desired.body) ? 'low'",
      ],
    ],
  ),
  ...inFile(
    'src/cli/shared/tenant.ts',
    ['test/cli/shared/tenant.test.ts'],
    [['a secret of .limio.json is printed', '  rememberSecret(found.clientSecret);\n', '']],
  ),

  ...inFile(
    'src/plan/fingerprint.ts',
    ['test/plan/plan-file.test.ts', 'test/plan/freeze.test.ts', ...GUARDS],
    [
      ['two different plans have one fingerprint', 'changes: content.changes.map(dropPlaces),', 'changes: [],'],
      [
        'a freeze changes the fingerprint',
        "const guards = content.guards.filter(({ code }) => code !== 'FREEZE' && code !== 'FILES_OLDER');",
        'const guards = content.guards;',
      ],
    ],
  ),

  // Redaction: no output holds a secret.
  ...inFile(
    'src/errors/errors.ts',
    ['test/errors/redact.test.ts'],
    [
      ['a secret in a URL is printed', '    encodeURIComponent(secret),\n', ''],
      ['a secret in JSON is printed', '    JSON.stringify(secret).slice(1, -1),\n', ''],
      ['the shorter of two secrets is redacted first', 'b.length - a.length', 'a.length - b.length'],
    ],
  ),
  ...inFile('src/kinds/secrets/secrets.ts', SECRETS, [
    ['attributes of a list hold secrets', 'attributes: hide(item.attributes)', 'attributes: item.attributes'],
    ['an error of the tenant holds a secret', 'throw redactError(error, redact);', 'throw error;'],
    ['entries of `failed` hold secrets', 'failed: failed.map((entry) => mapTexts(entry, redact))', 'failed'],
  ]),
  ...inFile('src/kinds/secrets/secret-codec.ts', SECRETS, [
    [
      'the shorter of two secrets is hidden first',
      'values = [...names.keys()].sort((a, b) => b.length - a.length)',
      'values = [...names.keys()].sort((a, b) => a.length - b.length)',
    ],
    ["a tenant's own ${secret: becomes a reference", '[...values, SECRET_OPENING]', '[...values]'],
  ]),
  ...inFile(
    'src/kinds/secrets/plan-secrets.ts',
    ['test/secrets/plan-and-apply.test.ts', 'test/secrets/command-line.test.ts'],
    [['a plan runs with other secrets', 'now === then ? []', 'true ? []']],
  ),

  // Reading: a difference in the index counts only if head shows it too.
  ...inFile(
    'src/kinds/kind-definition.ts',
    ['test/plan/head.test.ts'],
    [['an item that head does not have stays', 'else resources.delete(address);', '']],
  ),
  ...inFile(
    'src/kinds/read-live.ts',
    ['test/scenarios/scenarios.test.ts', 'test/plan/head.test.ts'],
    [['a list answers for an unsettled object', 'refresh || doubtful.has(address)', 'refresh']],
  ),
  ...inFile(
    'src/kinds/promo-code/promo-code.ts',
    ['test/scenarios/scenarios.test.ts'],
    [
      [
        'a promo code that the list lacks is not read',
        'byId.get(id.toUpperCase()) ?? id',
        "byId.get(id.toUpperCase()) ?? 'none'",
      ],
    ],
  ),

  // The journal and the lock.
  ...inFile(
    'src/apply/run.ts',
    ['test/apply/journal.test.ts'],
    [
      [
        'a write is sent although its line was not written',
        '    run.halt ??= toOutcomeError(thrown);\n    throw thrown;',
        '    run.halt ??= toOutcomeError(thrown);',
      ],
    ],
  ),
  ...inFile(
    'src/apply/recheck.ts',
    ['test/apply/journal.test.ts'],
    [
      [
        'objects are not saved before the first write',
        'if (run.context.journal === undefined) return;',
        'if (run.context.journal !== undefined) return;',
      ],
    ],
  ),
  ...inFile(
    'src/model/patch.ts',
    ['test/model/patch.test.ts', 'test/kinds/journey.test.ts'],
    [
      ['a patch does not test what it replaces', 'after ?? {}, true)', 'after ?? {}, false)'],
      ['a write drops the fields that no file declares', '{ ...fields, ', '{ '],
      [
        'a patch is applied to another spelling',
        '.compare(toBody(kind, { [key]: planned }',
        '.compare(toBody(kind, { [key]: now }',
      ],
    ],
  ),
  ...inFile(
    'src/journal/lock.ts',
    ['test/journal/lock.test.ts'],
    [
      [
        'a living lock is taken over',
        "depth >= MAX_DEPTH || classifyProcess(holder, isRunning) !== 'dead'",
        "depth >= MAX_DEPTH || classifyProcess(holder, isRunning) === 'dead'",
      ],
      [
        "somebody else's lock is removed",
        'if (readFileIfAny(file) === text) unlinkSync(file);',
        'if (readFileIfAny(file) !== undefined) unlinkSync(file);',
      ],
    ],
  ),
];

function inFile(file, tests, rows) {
  return rows.map(([name, find, replace]) => ({ file, tests, name, find, replace }));
}
