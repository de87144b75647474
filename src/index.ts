/**
 * The library. The same parts that the command line joins: read files, plan, apply, emulate.
 * A plan is made through a reader that cannot write; an apply is handed everything it needs.
 */
export { type Config, type EnvironmentConfig } from './config/schema.js';
export { type ConfigContext, type ConfigFunction, defineConfig } from './config/define-config.js';
export {
  defineAddOn,
  defineCampaign,
  defineJourney,
  defineLintRule,
  defineOffer,
  definePage,
  defineProduct,
  definePromoCode,
  defineResources,
  defineSegment,
  defineTag,
} from './config/define-config.js';
export type { CodeContext } from './config/define-config.js';
export type { Resource, ResourceInput } from './kinds/documents/documents.js';
export { readSecrets } from './config/credentials.js';
export { type Secret, secret } from './config/define-config.js';
export { type LoadedConfig, loadConfig } from './config/config.js';
export { type Environment, resolveEnvironment } from './config/environments.js';

export { loadCode } from './config/load-code.js';
export { type FileGlobs, type SourceFiles, readSourceFiles } from './source/read-files.js';
export type { SourceContext, SourceText } from './source/documents.js';
export { type ValidatedSources, validateSources } from './source/source.js';

export { type RetryEvent } from './api/caller.js';
export { type ClientOptions } from './api/connection.js';
export { type ClientCredentials } from './api/token.js';
export { type LimioClient, createLimioClient } from './api/api.js';
export { type LimioReader, createLimioReader } from './api/api.js';

export { makePlan } from './plan/plan.js';
export { type PlanContext } from './plan/plan-context.js';
export { refreshGuards } from './plan/guards/guards.js';
export { createKindRules } from './kinds/kinds.js';
export { checkPlanSecrets } from './kinds/secrets/plan-secrets.js';
export { hideInKinds } from './kinds/secrets/hide-in-kinds.js';
export { revealSecrets } from './kinds/secrets/secrets.js';

export { type ApplyContext, type Consents } from './apply/run.js';
export { applyPlan } from './apply/apply.js';
export { chooseExitCode } from './apply/result.js';
export { publishPages } from './publish/publish.js';

export { listTouched } from './journal/entries.js';
export { type OpenRun, type RunRequest, openRun } from './journal/journal.js';
export { type RolledBackRun, buildRollback } from './plan/rollback.js';

export { renderPlanHtml } from './render/plan/html.js';
export { formatMarker, renderPlanMarkdown } from './render/plan/markdown.js';
export { type PlanTextOptions, renderPlanText } from './render/plan/text.js';
export { renderProblems, toValidationReport } from './render/problems.js';
export { renderResultText } from './render/result.js';
export { type Style, chooseStyle } from './render/terminal.js';

export { type EmulatorOptions } from './emulator/options.js';
export { type Fault, type FaultRule, type FaultSchedule } from './emulator/faults/fault-rules.js';
export { loadFaults } from './emulator/faults/parse-faults.js';
export { loadSeed } from './emulator/seed.js';
export { randomFaults } from './emulator/faults/random-faults.js';
export { type Emulator, startEmulator } from './emulator/emulator.js';

export { type ErrorCode, ERROR_CODES } from './errors/codes.js';
export { type LimioErrorInput, LimioError } from './errors/errors.js';

export { type Address, type Kind, KINDS } from './model/address.js';
export { type Action, type Change, type FieldChange } from './model/plan.js';
export { type Clock } from './model/async.js';
export { type Dialect, DEFAULT_DIALECT, type JourneyCodecTemplates } from './model/dialect.js';
export { type Journal, type JournalEntry, type SavedObject, type TouchedObject } from './model/run.js';
export { type Json, type JsonObject } from './model/json.js';
export {
  type JointLintRule,
  type LintContext,
  type LintFinding,
  type LintFix,
  type LintRule,
  type LintSetting,
  type PageUse,
  type SingleLintRule,
} from './model/lint-rule.js';
export { type CatalogItem, type LiveApi, type LiveReader, type LiveWriter } from './model/live-api.js';
export { type ApplyResult, type Outcome, type PageOutcome } from './model/outcome.js';
export {
  type Guard,
  type Impact,
  type Plan,
  type PriceMove,
  type PublishPage,
  type UsedBy,
  PLAN_FORMAT_VERSION,
} from './model/plan.js';
export { DEFAULT_POLICIES, type FreezeWindow, type Policies } from './model/policies.js';
export { type Place, type Position, type Problem } from './model/problem.js';
export { type DesiredResource, type LiveResource } from './model/model.js';
export { type EventSink, type RunEvent } from './model/outcome.js';
