import { createRandom } from '@vosvfi/core';
import { expect, it } from 'vitest';
import { chooseRanges, type RangeRule } from './range-rules.js';

const random = createRandom(5);
/** Most values in -1..1, and one far away. */
const sample = Float32Array.from({ length: 60000 }, (_, index) => (index === 0 ? 40 : random.uniform(-1, 1)));
const observation = { low: [-1], high: [40], samples: [sample] };

/** Mean squared error of the sample with 255 steps between `low` and `high`. */
function squaredError(rule: RangeRule): number {
  const { low, high } = chooseRanges(observation, rule);
  const [from, to] = [low[0] as number, high[0] as number];
  const step = (to - from) / 255;
  const errors = sample.map((value) => {
    const cut = Math.min(Math.max(value, from), to);
    return (value - Math.round(cut / step) * step) ** 2;
  });
  return errors.reduce((sum, error) => sum + error, 0) / errors.length;
}

it('min-max takes everything', () => {
  expect(chooseRanges(observation, 'min-max')).toEqual({ low: [-1], high: [40] });
});

it('percentile leaves the rare out', () => {
  const { low, high } = chooseRanges(observation, { percentile: 99 });
  expect(low[0]).toBeGreaterThan(-1);
  expect(low[0]).toBeLessThan(-0.95);
  expect(high[0]).toBeGreaterThan(0.95);
  expect(high[0]).toBeLessThan(1);
});

it('mse cuts what is worth cutting', () => {
  expect(chooseRanges(observation, 'mse').high[0]).toBeLessThan(40);
  expect(squaredError('mse')).toBeLessThan(squaredError('min-max'));
});
