import { createRandom } from '@vosvfi/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TripletSample } from '../sample.js';
import { sampleScene } from '../synthetic/dataset.js';
import { createSyntheticScene } from '../synthetic/scene.js';
import { augment } from './augment.js';
import { adacofAugmentation, ifrnetAugmentation, parseAugmentConfig, rifeAugmentation } from './config.js';
import {
  crop,
  flipHorizontal,
  flipVertical,
  type QuarterTurns,
  reverseChannels,
  reverseTime,
  rotate,
  transpose,
  upscale,
} from './operations.js';

const scenes = new Map<number, TripletSample>();

function sampleOf(seed: number): TripletSample {
  let sample = scenes.get(seed);
  if (!sample) {
    sample = sampleScene(createSyntheticScene(seed, { height: 40, width: 56, still: 0 }), 0.25, true);
    scenes.set(seed, sample);
  }
  return sample;
}

const seeds = fc.integer({ min: 0, max: 9 });

/** Root mean square difference between frame t and the frame that its flow leads to, over pixels whose flow stays inside. */
function warpError({ frames, flow }: TripletSample, target: 0 | 1): number {
  const { width, height, data } = frames[1];
  const other = frames[target === 0 ? 0 : 2].data;
  let sum = 0;
  let count = 0;
  for (let i = 0; i < width * height; i++) {
    const x = Math.round((i % width) + flow![i * 4 + target * 2]!);
    const y = Math.round(Math.floor(i / width) + flow![i * 4 + target * 2 + 1]!);
    if (x < 0 || y < 0 || x >= width || y >= height) continue;
    for (let k = 0; k < 3; k++) sum += (other[(y * width + x) * 3 + k]! - data[i * 3 + k]!) ** 2;
    count += 3;
  }
  return Math.sqrt(sum / count);
}

const rigid = { flipHorizontal, flipVertical, transpose, reverseTime, reverseChannels };

describe('operations', () => {
  it.each(Object.entries(rigid))('%s twice changes nothing', (_, operation) => {
    fc.assert(
      fc.property(seeds, (seed) => {
        expect(operation(operation(sampleOf(seed)))).toEqual(sampleOf(seed));
      }),
      { numRuns: 10 },
    );
  });

  it.each(Object.entries(rigid))('%s keeps what the flow says of the frames', (name, operation) => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const sample = sampleOf(seed);
        const changed = operation(sample);
        const isReversed = name === 'reverseTime';
        // Rounding to pixels may break ties differently after a flip.
        expect(warpError(changed, 0)).toBeCloseTo(warpError(sample, isReversed ? 1 : 0), 0);
        expect(warpError(changed, 1)).toBeCloseTo(warpError(sample, isReversed ? 0 : 1), 0);
      }),
      { numRuns: 10 },
    );
  });

  it('move frames, masks and flow to the same places', () => {
    const sample = sampleOf(1);
    const { width, height } = sample.frames[0];
    const [x, y] = [5, 31];
    const pixel = ({ frames, masks, flow }: TripletSample, px: number, py: number) => {
      const i = py * frames[0].width + px;
      return {
        colour: [...frames[1].data.subarray(i * 3, i * 3 + 3)],
        label: masks![1].data[i],
        flow: [...flow!.subarray(i * 4, i * 4 + 4)],
      };
    };
    const here = pixel(sample, x, y);
    const [a, b, c, d] = here.flow as [number, number, number, number];
    expect(pixel(flipHorizontal(sample), width - 1 - x, y)).toEqual({ ...here, flow: [-a, b, -c, d] });
    expect(pixel(flipVertical(sample), x, height - 1 - y)).toEqual({ ...here, flow: [a, -b, c, -d] });
    expect(pixel(transpose(sample), y, x)).toEqual({ ...here, flow: [b, a, d, c] });
    expect(pixel(rotate(sample, 1), height - 1 - y, x)).toEqual({ ...here, flow: [-b, a, -d, c] });
    expect(pixel(rotate(sample, 2), width - 1 - x, height - 1 - y)).toEqual({ ...here, flow: [-a, -b, -c, -d] });
    expect(pixel(rotate(sample, 3), y, width - 1 - x)).toEqual({ ...here, flow: [b, -a, d, -c] });
    expect(pixel(reverseTime(sample), x, y)).toEqual({ ...here, flow: [c, d, a, b] });
    expect(pixel(crop(sample, { left: 2, top: 20, width: 10, height: 15 }), x - 2, y - 20)).toEqual(here);
    expect(pixel(reverseChannels(sample), x, y)).toEqual({ ...here, colour: [...here.colour].reverse() });
    expect(reverseTime(sample).t).toBe(0.75);
    expect(reverseTime(sample).masks![0]).toBe(sample.masks![2]);
  });

  it('upscale doubles size and flow and keeps mean and labels', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const sample = sampleOf(seed);
        const large = upscale(sample);
        expect([large.frames[0].width, large.frames[0].height]).toEqual([112, 80]);
        const mean = (values: ArrayLike<number>) => Array.from(values).reduce((sum, v) => sum + v, 0) / values.length;
        expect(mean(large.frames[2].data)).toBeCloseTo(mean(sample.frames[2].data), 0);
        expect(mean(large.flow!)).toBeCloseTo(2 * mean(sample.flow!), 4);
        expect(mean(large.masks![1].data)).toBeCloseTo(mean(sample.masks![1].data), 6);
        expect(new Set(large.masks![1].data)).toEqual(new Set(sample.masks![1].data));
      }),
      { numRuns: 5 },
    );
    const steps = { data: Uint8Array.of(0, 0, 0, 100, 100, 100), width: 2, height: 1 };
    const doubled = upscale({ name: 'steps', t: 0.5, frames: [steps, steps, steps] }).frames[0];
    expect([...doubled.data.filter((_, i) => i % 3 === 0)]).toEqual([0, 25, 75, 100, 0, 25, 75, 100]);
  });
});

describe('augment', () => {
  it('is a pure function of sample, stream and configuration, and keeps masks as labels', () => {
    fc.assert(
      fc.property(seeds, fc.integer(), (seed, stream) => {
        const sample = sampleOf(seed);
        const copy = structuredClone(sample);
        const config = { ...ifrnetAugmentation, crop: [24, 24] as [number, number] };
        const first = augment(sample, createRandom(stream), config);
        expect(augment(sample, createRandom(stream), config)).toEqual(first);
        expect(sample).toEqual(copy);
        for (const part of [...first.frames, ...first.masks!]) expect([part.width, part.height]).toEqual([24, 24]);
        expect(first.flow).toHaveLength(24 * 24 * 4);
        const labels = new Set(sample.masks!.flatMap(({ data }) => [...data]));
        for (const { data } of first.masks!) expect([...data].every((label) => labels.has(label))).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  it('draws each operation as often as configured', () => {
    const sample = sampleOf(0);
    const config = parseAugmentConfig({ ...adacofAugmentation, crop: null });
    let reversed = 0;
    for (let k = 0; k < 400; k++) if (augment(sample, createRandom(k), config).t === 0.75) reversed++;
    expect(reversed / 400).toBeGreaterThan(0.42);
    expect(reversed / 400).toBeLessThan(0.58);
  });

  it('turns one in four samples by each quarter, as RIFE', () => {
    const square = crop(sampleOf(0), { left: 0, top: 0, width: 40, height: 40 });
    const turned = [square, ...([1, 2, 3] as QuarterTurns[]).map((turns) => rotate(square, turns))];
    const counts = [0, 0, 0, 0];
    const config = { ...parseAugmentConfig({ crop: [40, 40] }), rotate: rifeAugmentation.rotate };
    for (let k = 0; k < 400; k++) {
      const { data } = augment(square, createRandom(k), config).frames[1];
      counts[
        turned.findIndex(({ frames }) => Buffer.compare(frames[1].data as Uint8Array, data as Uint8Array) === 0)
      ]!++;
    }
    for (const count of counts) expect(Math.abs(count / 400 - 0.25)).toBeLessThan(0.08);
  });

  it('leaves a sample alone when all is off', () => {
    expect(augment(sampleOf(0), createRandom(1), parseAugmentConfig({}))).toBe(sampleOf(0));
  });

  it('refuses a crop that is too large, a transposed oblong and an unknown option', () => {
    const config = parseAugmentConfig({ crop: [64, 64] });
    expect(() => augment(sampleOf(0), createRandom(1), config)).toThrow(/at least 64 x 64, found 56 x 40/);
    expect(() => parseAugmentConfig({ transpose: 0.5, crop: [8, 9] })).toThrow(/augment\.transpose/);
    expect(() => parseAugmentConfig({ rotate: 0.5 })).toThrow(/augment\.rotate: needs a square crop/);
    expect(() => parseAugmentConfig({ turn: 1 } as object)).toThrow(/turn/);
    expect(() => parseAugmentConfig({ flipVertical: 2 })).toThrow(/augment\.flipVertical/);
  });
});
