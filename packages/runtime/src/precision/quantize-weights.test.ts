import { createRandom } from '@vosvfi/core';
import { describe, expect, it } from 'vitest';
import { quantizeWeights } from './quantize-weights.js';

const [outputs, inputs, taps] = [4, 3, 9];
const random = createRandom(1);
const weights = Float32Array.from(
  { length: outputs * inputs * taps },
  (_, index) => random.uniform(-1, 1) * 4 ** -Math.floor(index / (inputs * taps)),
);
const ones = (length: number) => new Float64Array(length).fill(1);
const convolution = {
  weights,
  bias: Float32Array.of(1, -2, 0, 0.5),
  inputProfile: ones(inputs),
  inputScale: 0.5,
  outputProfile: ones(outputs),
};

function squaredError(scales: Float32Array, values: Int8Array): number {
  return weights.reduce((sum, weight, index) => {
    const channel = Math.floor(index / (inputs * taps));
    return sum + (weight - (values[index] as number) * (scales[channel] as number)) ** 2;
  }, 0);
}

describe('quantizeWeights', () => {
  it('is within half a step of each weight and bias', () => {
    const { values, scales, bias } = quantizeWeights(convolution);
    weights.forEach((weight, index) => {
      const scale = scales[Math.floor(index / (inputs * taps))] as number;
      expect(Math.abs(weight - (values[index] as number) * scale)).toBeLessThanOrEqual(0.5001 * scale);
    });
    bias.forEach((steps, channel) => {
      const step = 0.5 * (scales[channel] as number);
      expect(Math.abs(steps * step - (convolution.bias[channel] as number))).toBeLessThanOrEqual(0.5001 * step);
    });
  });

  it('has a smaller error with a scale for each output channel than with one', () => {
    const errors = (['channel', 'tensor'] as const).map((granularity) => {
      const { scales, values } = quantizeWeights({ ...convolution, granularity });
      return squaredError(scales, values);
    });
    // The fourth channel has 1/64 of the first one's size.
    expect(errors[0]).toBeLessThan((errors[1] as number) / 2);
  });

  it('works the sizes of channels in', () => {
    const inputProfile = Float64Array.of(1, 8, 0.25);
    const outputProfile = Float64Array.of(2, 1, 1, 4);
    const { values, scales, bias } = quantizeWeights({ ...convolution, inputProfile, outputProfile });
    const x = [3, -1, 2];
    for (let output = 0; output < outputs; output++) {
      let [exact, found] = [convolution.bias[output] as number, (bias[output] as number) * 0.5];
      for (let input = 0; input < inputs; input++) {
        const index = (output * inputs + input) * taps;
        exact += (weights[index] as number) * (x[input] as number);
        found += ((values[index] as number) * (x[input] as number)) / (inputProfile[input] as number);
      }
      const scale = (scales[output] as number) * (outputProfile[output] as number);
      expect(Math.abs(found * scale - exact)).toBeLessThan(scale * 8);
    }
  });

  it('keeps the bias of a channel without weights', () => {
    const { scales, bias } = quantizeWeights({ ...convolution, weights: new Float32Array(weights.length) });
    expect((bias[1] as number) * 0.5 * (scales[1] as number)).toBeCloseTo(-2, 6);
    expect(scales.every((scale) => scale > 0)).toBe(true);
  });
});
