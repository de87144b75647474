import type { Address } from '../model/address.js';
import type { DesiredResource } from '../model/resource.js';
import { listReferences } from './list-references.js';

/** The references of a resource that name another resource, not a label or a tag. */
export function listAddressReferences(
  resource: Pick<DesiredResource, 'kind' | 'body'>,
): { address: Address; pointer: string }[] {
  return listReferences(resource).flatMap((reference) =>
    'address' in reference ? [{ address: reference.address, pointer: reference.pointer }] : [],
  );
}
