import { getAt, type Json } from '../model/json.js';
import type { Position } from '../model/problem.js';
import { SECRET_OPENING } from '../model/text.js';
import { listVariableReferences, type Variables } from './interpolate-variables.js';
import { chooseLayer } from './layer-document.js';
import { locatePath } from './locate-path.js';
import type { DocumentPath, ParsedDocument } from './parsed-file.js';

/** Where one value of a resource comes from, in one environment. */
export interface Origin {
  /** Place of the value; of the nearest object above it where no file holds the value. */
  position: Position;
  /** Place of the key that the value stands under; the same as `position` for an element of a list. */
  keyPosition: Position;
  /** `overlay` where the environment's overlay supplies the value, or took it out. */
  layer: 'base' | 'overlay';
  /** The document of that layer, never a merged one: what is edited to change the value. */
  document: ParsedDocument;
  /** Path of the value in that document, from its root. */
  path: DocumentPath;
  /** The value there as written, `${...}` included; undefined where that document does not hold it. */
  raw: Json | undefined;
  /** `raw` when it is a text with references to variables. */
  template?: string;
  /** The variables of the template, each once, in their order. */
  variables: VariableUse[];
}

export interface VariableUse {
  /** `vars.shopDomain` or `env.CI_BRANCH`, as in the template. */
  reference: string;
  /** From `vars` of the environment, a secret among them, or a variable of the process. */
  source: 'vars' | 'secret' | 'env';
}

/** The origin of the value at a path of a document, which may be a merged one. */
export function findOrigin(document: ParsedDocument, path: DocumentPath, variables: Variables): Origin {
  const layer = chooseLayer(document, path);
  const { length: _length, ...position } = locatePath(layer, path);
  const { length: _keyLength, ...keyPosition } = locatePath(layer, path, 'key');
  const raw = getAt(layer.value, path);
  const uses = typeof raw === 'string' ? listUses(raw, variables) : [];
  return {
    position,
    keyPosition,
    layer: layer === document.layers?.overlay ? 'overlay' : 'base',
    document: layer,
    path,
    raw,
    ...(typeof raw === 'string' && uses.length > 0 ? { template: raw } : {}),
    variables: uses,
  };
}

function listUses(template: string, { values }: Variables): VariableUse[] {
  const uses = listVariableReferences(template).map(({ from, name }): [string, VariableUse] => {
    const secret = from === 'vars' && String(values.get(name) ?? '').includes(SECRET_OPENING);
    const reference = `${from}.${name}`;
    return [reference, { reference, source: secret ? 'secret' : from }];
  });
  return [...new Map(uses).values()];
}
