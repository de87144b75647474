import { countPlan } from '../../ci/outputs.js';
import { escapeTerminal } from '../../render/escape.js';
import type { CliIo, CommonOptions } from '../cli-io.js';
import { formatJson } from '../output/format-json.js';
import type { CollectedPlan } from './collect-plans.js';

/** What became of the text about one plan. */
export interface Posted {
  /** `denied`: the token may only read. `none`: nothing was there and nothing was to be said. */
  action: 'created' | 'updated' | 'unchanged' | 'closed' | 'none' | 'denied';
  url?: string;
  reason?: string;
}

/** Posts what there is to post, then prints the result, then throws the first thing that went wrong. */
export async function postAndReport(
  io: CliIo,
  collected: readonly CollectedPlan[],
  post: { what: string; run(one: CollectedPlan): Promise<Posted> } | undefined,
  { format }: Pick<CommonOptions, 'format'>,
): Promise<void> {
  const failures = collected.flatMap((one) => ('error' in one ? [one.error] : []));
  const reports: { one: CollectedPlan; posted?: Posted }[] = [];
  for (const one of collected) {
    try {
      reports.push({ one, ...(post === undefined ? {} : { posted: await post.run(one) }) });
    } catch (error) {
      io.signal.throwIfAborted();
      failures.push(error);
    }
  }
  // One JSON document on stdout: with a failure it is that of the failure.
  if (format === 'text')
    for (const { one, posted } of reports) io.stdout.write(renderLine(one, posted, post?.what ?? ''));
  if (failures.length > 0) throw failures[0];
  if (format === 'json') io.stdout.write(renderJson(reports));
}

function renderLine(one: CollectedPlan, posted: Posted | undefined, what: string): string {
  const said = posted === undefined ? '' : `; ${describe(posted, what)}`;
  return `${escapeTerminal(`${one.environment ?? 'no environment'}: ${countInWords(one)}${said}`)}\n`;
}

function countInWords(one: CollectedPlan): string {
  if (!('plan' in one)) return 'no plan';
  const { changes, create, update, delete: deleted, refused } = countPlan(one.plan);
  return changes
    ? `${create} to create, ${update} to update, ${deleted} to delete, ${refused} refused`
    : 'nothing to change';
}

function describe({ action, url, reason }: Posted, what: string): string {
  if (action === 'none') return `no ${what} needed`;
  if (action === 'denied') return `no ${what}, because ${reason}`;
  return `${what} ${action}${url === undefined ? '' : ` ${url}`}`;
}

function renderJson(reports: readonly { one: CollectedPlan; posted?: Posted }[]): string {
  const environments = reports.flatMap(({ one, posted }) =>
    'plan' in one ? [{ ...countPlan(one.plan), ...(posted === undefined ? {} : { posted }) }] : [],
  );
  return formatJson({ kind: 'limio-sync/ci', formatVersion: 1, environments });
}
