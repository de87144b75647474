import type { JourneyCodec } from '../kinds/journey/codec.js';
import type { KindRules } from '../kinds/kind-definition.js';
import type { Address, Kind } from '../model/address.js';
import { formatPointer, getOwn, isJsonObject, type JsonObject } from '../model/json.js';
import type { LeftOut, Refusal } from '../model/pull.js';
import type { LiveResource } from '../model/resource.js';
import { ignoreFields } from '../plan/managed.js';
import type { Draft } from './adopt-objects.js';
import { describeObject } from './describe-object.js';
import { nameFiles } from './name-files.js';
import type { PullInput } from './pull-input.js';
import { holdsSecretText } from './write-live-value.js';

const LEFT_ALONE = {
  ignore: 'The policy "ignore" of the environment leaves it out.',
  ownership: 'By "ownership" of the configuration the app or the server owns it.',
};

/** An object that a configuration leaves to others; that is as intended, unless a pattern names it in full. */
export function leaveAlone(address: Address, why: keyof typeof LEFT_ALONE, adopt: readonly string[]): Refusal {
  return { address, reason: LEFT_ALONE[why], ...(adopt.includes(address) ? {} : { intended: true }) };
}

/** A first draft of the file of each object, without what the policy ignores, what others own and what holds a secret. */
export function draftObjects(
  objects: readonly LiveResource[],
  all: readonly LiveResource[],
  { folders, existing, isSourceFile, context, adopt, into }: PullInput,
  kinds: Record<Kind, KindRules>,
  codec: JourneyCodec,
): { drafts: Draft[]; unnamed: Refusal[] } {
  const paths = nameFiles(objects, all, existing, folders);
  const unnamed: Refusal[] = [];
  const drafts = objects.flatMap((live): Draft[] => {
    const path = paths.get(live.address) ?? '';
    const managed = dropIgnored(live, context, kinds);
    if (!managed) {
      unnamed.push(leaveAlone(live.address, 'ownership', adopt));
      return [];
    }
    const { body, leftOut } = dropSecrets(managed);
    const shown = { ...live, body };
    if (!isSourceFile(path)) {
      unnamed.push({
        address: live.address,
        reason: `No pattern of "files" in limio.config matches ${path}, where it would be.`,
      });
      return [];
    }
    const describe = (typed: boolean): JsonObject => {
      const document = describeObject(shown, kinds[live.kind], codec, typed);
      return into === 'base' ? document : restrict(document, context.environment);
    };
    return [
      { live, path, document: describe(true), leftOut, ...(live.kind === 'journey' ? { raw: describe(false) } : {}) },
    ];
  });
  return { drafts, unnamed };
}

/** For one environment alone; kind and name come first. */
function restrict(document: JsonObject, environment: string): JsonObject {
  const entries = Object.entries(document);
  return Object.fromEntries([...entries.slice(0, 2), ['only', [environment]], ...entries.slice(2)]);
}

function dropIgnored(
  live: LiveResource,
  { ignore, ownership }: PullInput['context'],
  kinds: Record<Kind, KindRules>,
): JsonObject | undefined {
  const { address, kind, name, body } = live;
  const declared = { address, kind, name, body, owned: [], source: { file: '', line: 1, col: 1 } };
  return ignoreFields([declared], ignore, kinds, ownership).desired[0]?.body;
}

/** An attribute or a field that holds a secret is for a person to declare, with a variable. */
function dropSecrets(body: JsonObject): { body: JsonObject; leftOut: LeftOut[] } {
  const leftOut: LeftOut[] = [];
  const drop = (object: JsonObject, path: string[]): JsonObject =>
    Object.fromEntries(
      Object.entries(object).flatMap(([key, value]) => {
        const at = [...path, key];
        if (key === 'attributes' && path.length === 0 && isJsonObject(value)) return [[key, drop(value, at)]];
        if (!holdsSecretText(getOwn(object, key))) return [[key, value]];
        leftOut.push({
          pointer: formatPointer(at),
          reason: 'PULL_SECRET: The value holds a secret. Declare it with ${vars.NAME}.',
        });
        return [];
      }),
    );
  return { body: drop(body, []), leftOut };
}
