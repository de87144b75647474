import { matchGlob } from '../../glob/glob.js';
import { getOwn, isJsonObject, type Json } from '../../model/json.js';
import { answerJson, parseJson } from '../route.js';
import { withoutEffect } from '../tenant.js';
import type { Fault, FaultCall, Refusals, Served } from './fault-rules.js';

/** Some items of a bulk-update are rejected, the others are applied (API reference, section 4). */
export function serveRefusedItems(fault: Extract<Fault, { fault: 'refused-items' }>, call: FaultCall): Served {
  const body = parseJson(call.request.bodyText);
  const diffs = isJsonObject(body) ? getOwn(body, 'diffs') : undefined;
  if (!isJsonObject(body) || !Array.isArray(diffs)) return { answer: call.run(), fired: false };
  const refused = diffs.filter((diff, place) =>
    fault.paths === undefined ? place === 0 : fault.paths.some((pattern) => matchGlob(pattern, readPath(diff))),
  );
  if (refused.length === 0) return { answer: call.run(), fired: false };
  const accepted = diffs.filter((diff) => !refused.includes(diff));
  // Token and body are checked as usual, even if every item is rejected.
  const answer =
    accepted.length === 0
      ? withoutEffect(call.tenant, call.run)
      : call.run({ ...call.request, bodyText: JSON.stringify({ ...body, diffs: accepted }) });
  if (answer.status !== 200 || !('json' in answer) || !isJsonObject(answer.json)) return { answer, fired: false };
  const already = accepted.length === 0 ? [] : [getOwn(answer.json, 'failed') ?? []].flat();
  const failed = formatRefusals(refused, diffs, fault.shape ?? 'object');
  return {
    answer: answerJson({
      success: `${accepted.length - already.length} items updated`,
      failed: Array.isArray(failed) ? [...already, ...failed] : failed,
    }),
    fired: true,
  };
}

/** The shape of the elements of `failed` is not documented, so a client must handle all of these. */
function formatRefusals(refused: readonly Json[], diffs: readonly Json[], shape: Refusals): Json {
  if (shape === 'not-an-array') return `Failed: ${refused.map(readPath).join(', ')}`;
  return refused.map((diff, index): Json => {
    const path = readPath(diff);
    const message = 'The item could not be updated';
    const shapes: Record<Exclude<Refusals, 'mixed' | 'not-an-array'>, Json> = {
      path,
      object: { path, message },
      error: { item: { path }, error: { message, code: 'CONFLICT' } },
      message: `${path}: ${message}`,
      number: diffs.indexOf(diff),
      null: null,
    };
    if (shape !== 'mixed') return shapes[shape];
    return Object.values(shapes)[index % Object.keys(shapes).length] ?? null;
  });
}

function readPath(diff: Json): string {
  const path: Json | undefined = isJsonObject(diff) ? getOwn(diff, 'path') : undefined;
  return typeof path === 'string' ? path : '';
}
