import { describe, expect, test } from 'vitest';
import { type Json, selectValues } from '../../src/model/json.js';

const VALUE = JSON.parse('{"items":[{"path":"/a","n":1},{"path":"/b"}],"a/b":{"~":true},"__proto__":{"x":2}}') as Json;

describe('values at a pointer', () => {
  test.each<[string, Json[]]>([
    ['', [VALUE]],
    ['/items/0/path', ['/a']],
    ['/items/*/path', ['/a', '/b']],
    ['/items/*/n', [1]],
    ['/items/*/*', ['/a', 1, '/b']],
    ['/a~1b/~0', [true]],
    ['/__proto__/x', [2]],
    ['/items/2', []],
    ['/items/00', []],
    ['/items/-1', []],
    ['/constructor', []],
    ['/items/0/path/x', []],
  ])('%j gives %j', (pointer, values) => {
    expect(selectValues(VALUE, pointer)).toEqual(values);
  });
});
