import type { HostTensor } from '@vosvfi/core';
import { hostTensor } from '@vosvfi/core';
import type { TrainStep } from '@vosvfi/runtime';

/**
 * Momentum descent on `mean((w - x)^2) / 2` in plain JavaScript: a {@link TrainStep} without an engine. `averaged` keeps a
 * moving average of the weights, as the slot that `withEma` adds.
 */
export function fakeStep({ averaged = false } = {}): TrainStep & { readonly rates: number[] } {
  const size = 4;
  let average = new Float32Array(size);
  let w = new Float32Array(size);
  let velocity = new Float32Array(size);
  let applied = 0;
  const rates: number[] = [];
  const vector = (data: Float32Array): HostTensor => hostTensor(data.slice(), [size]);
  return {
    rates,
    facts: {
      engine: 'cpu',
      provider: 'cpu',
      fallbacks: [],
      nodes: 0,
      traceMilliseconds: 0,
      sessionMilliseconds: 0,
      passes: [],
    },
    run: async ({ x }, { learningRate }) => {
      const target = (x as HostTensor).data;
      const gradient = w.map((value, i) => (value - (target[i] as number)) / size);
      const distance = gradient.reduce((sum, g) => sum + (g * size) ** 2, 0) / (2 * size);
      const terms = { distance, size: 1 };
      const gradientNorm = Math.hypot(...gradient);
      const usable = Number.isFinite(distance);
      if (usable) {
        velocity = velocity.map((v, i) => 0.9 * v + (gradient[i] as number));
        w = w.map((value, i) => value - learningRate * (velocity[i] as number));
        average = average.map((value, i) => 0.5 * value + 0.5 * (w[i] as number));
        applied += 1;
        rates.push(learningRate);
      }
      return { total: distance, terms, gradientNorm, applied: usable };
    },
    settle: async () => undefined,
    weights: () => new Map([['w', vector(w)]]),
    state: () => ({
      step: applied,
      slots: new Map([['velocity/w', vector(velocity)], ...(averaged ? ([['ema/w', vector(average)]] as const) : [])]),
    }),
    restore: (weights, state) => {
      w = Float32Array.from(weights.get('w')?.data ?? []);
      velocity = Float32Array.from(state.slots.get('velocity/w')?.data ?? []);
      average = Float32Array.from(state.slots.get('ema/w')?.data ?? new Float32Array(size));
      applied = state.step;
    },
    save: async () => {
      throw new Error('Nothing was compiled.');
    },
    dispose: async () => undefined,
  };
}
