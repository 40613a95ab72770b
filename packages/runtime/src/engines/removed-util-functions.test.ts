import * as nodeUtil from 'node:util';
import { expect, it } from 'vitest';
import { restoreRemovedUtilFunctions } from './removed-util-functions.js';

it('puts back what newer versions of Node.js removed', () => {
  const util: Record<string, unknown> = { ...nodeUtil };
  delete util.isNullOrUndefined;
  delete util.isArray;
  const keys = Object.keys(util);
  expect(restoreRemovedUtilFunctions(util)).toEqual(['isNullOrUndefined', 'isArray']);
  const { isNullOrUndefined, isArray } = util as Record<string, (value: unknown) => boolean>;
  expect([undefined, null, 0, '', []].map((value) => isNullOrUndefined?.(value))).toEqual([
    true,
    true,
    false,
    false,
    false,
  ]);
  expect([[], { length: 0 }, new Float32Array(1)].map((value) => isArray?.(value))).toEqual([true, false, false]);
  // Nothing that copies or lists the module sees them.
  expect(Object.keys(util)).toEqual(keys);
  expect(restoreRemovedUtilFunctions(util)).toEqual([]);
});

it('leaves what is there', () => {
  const isArray = () => true;
  const util = { isArray };
  expect(restoreRemovedUtilFunctions(util)).toEqual(['isNullOrUndefined']);
  expect(util.isArray).toBe(isArray);
});
