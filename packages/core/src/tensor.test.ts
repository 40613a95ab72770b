import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hostTensor, sizeOf } from './tensor.js';

test('sizeOf is the number of elements: 1 for a scalar, 0 where an extent is 0', () => {
  expect(sizeOf([])).toBe(1);
  expect(sizeOf([2, 0, 3])).toBe(0);
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 5 }),
      fc.integer({ min: 1, max: 9 }),
      (shape, n) => {
        expect(sizeOf([...shape, n])).toBe(sizeOf(shape) * n);
      },
    ),
  );
});

test('hostTensor keeps the data it is given, uncopied, as float32', () => {
  const data = new Float32Array([1, 2, 3, 4]);
  const tensor = hostTensor(data, [2, 2]);
  expect(tensor.data).toBe(data);
  expect(tensor).toMatchObject({ shape: [2, 2], dtype: 'float32' });
});
