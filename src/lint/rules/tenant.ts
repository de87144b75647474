import { formatPointer, getOwn, type Json, listAt, objectAt } from '../../model/json.js';
import { KINDS } from '../../model/address.js';
import type { JointLintRule, LintContext, LintFinding, ReleasedPlace, SingleLintRule } from '../../model/lint-rule.js';
import type { DesiredResource } from '../../model/model.js';
import { hintNearest } from '../../model/spelling.js';
import { attributePointer } from '../attributes.js';

/*
 * Rules that compare the files with what is known of the tenant: the snapshot of the last apply, or its catalog.
 */

/** Only the snapshot tells such a field from one that the app owns: without it, the rule finds nothing. */
export const fieldOnceManaged: SingleLintRule = {
  id: 'field-once-managed',
  severity: 'info',
  title: 'A field that an earlier apply set is no longer declared',
  kinds: KINDS,
  check(resource, context): LintFinding[] {
    const released = context.released?.get(resource.address) ?? [];
    return released.filter(({ path }) => !isGone(resource, path, context)).map((one) => describe(resource, one));
  },
};

function describe({ address }: DesiredResource, { path, at, line }: ReleasedPlace): LintFinding {
  const above = path.slice(0, -1).join('.');
  const name = path.slice(path[0] === 'attributes' ? 1 : 0).join('.');
  const message = `An earlier apply set ${name}, which these files no longer declare: the tenant keeps its value.`;
  if (line === undefined) return { address, message, hint: 'A file cannot clear it. Change it in Limio.' };
  const where = above === '' ? '' : ` below ${above}`;
  return {
    address,
    message,
    hint: `To clear it, add "${line}"${where}: limio-sync lint --fix --rule field-once-managed`,
    fix: { pointer: formatPointer(at), clear: true },
  };
}

/** With `--live`: somebody has removed the attribute in the tenant since. */
function isGone(
  { name }: DesiredResource,
  [top, attribute = '']: readonly string[],
  { catalog }: LintContext,
): boolean {
  const item = catalog?.get(name);
  return item !== undefined && top === 'attributes' && getOwn(item.attributes, attribute) === undefined;
}

const PAYMENT_TYPES = 'payment_types__limio';

/** Payment types are names of the payment methods of a tenant, so no list of them can be built in. */
export const paymentTypeUnseen: JointLintRule = {
  id: 'payment-type-unseen',
  severity: 'warning',
  title: 'No item of the tenant uses this payment type',
  kinds: ['offer', 'add_on'],
  needs: ['catalog'],
  checkAll(resources, { catalog }): LintFinding[] {
    const seen = new Set(
      [...(catalog?.values() ?? [])].flatMap(({ attributes }) => listAt(attributes, PAYMENT_TYPES).filter(isText)),
    );
    // In a new tenant, every type is the first of its name.
    if (seen.size === 0) return [];
    return resources.flatMap(({ address, body }) =>
      [...listAt(objectAt(body, 'attributes'), PAYMENT_TYPES).entries()].flatMap(([i, type]): LintFinding[] => {
        if (!isText(type) || seen.has(type)) return [];
        return [
          {
            address,
            pointer: `${attributePointer(PAYMENT_TYPES)}/${i}`,
            message: `No item of the tenant uses the payment type "${type}".`,
            hint: hintNearest(type, seen, `Used: ${[...seen].toSorted().join(', ')}.`),
          },
        ];
      }),
    );
  },
};

function isText(value: Json): value is string {
  return typeof value === 'string';
}
