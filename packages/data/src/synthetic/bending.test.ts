import { createRandom } from '@vosvfi/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSyntheticScene } from './scene.js';
import { createBending } from './shear.js';

const seeds = fc.integer({ min: 0, max: 0x7fffffff });
const times = fc.double({ min: 0, max: 1, noNaN: true });
const size = { height: 48, width: 64 };

describe('createBending', () => {
  it('bends and unbends exactly, within its reach, and keeps areas', () => {
    const place = fc.double({ min: -40, max: 40, noNaN: true });
    fc.assert(
      fc.property(seeds, times, place, place, (seed, t, x, y) => {
        const bending = createBending(30, 1, createRandom(seed));
        const at = (u: number, v: number) => {
          const target = new Float64Array(2);
          bending.unbend(u, v, t, target);
          return target;
        };
        const there = at(x, y);
        expect(Math.hypot(there[0]! - x, there[1]! - y)).toBeLessThanOrEqual(bending.reach + 1e-9);
        const back = new Float64Array(2);
        bending.bend(there[0]!, there[1]!, t, back);
        expect(back[0]).toBeCloseTo(x, 8);
        expect(back[1]).toBeCloseTo(y, 8);
        const [right, below] = [at(x + 1e-4, y), at(x, y + 1e-4)];
        const [a, b] = [(right[0]! - there[0]!) / 1e-4, (below[0]! - there[0]!) / 1e-4];
        const [d, e] = [(right[1]! - there[1]!) / 1e-4, (below[1]! - there[1]!) / 1e-4];
        expect(a * e - b * d).toBeCloseTo(1, 2);
      }),
    );
  });
});

describe('scenes that bend', () => {
  const options = { ...size, bending: 0.8, still: 0, thin: 0, objects: [1, 2] as [number, number] };

  it('have flow that leads to the same place of the same object and back', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const scene = createSyntheticScene(seed, options);
        const there = scene.flow(0, 1);
        const back = scene.flow(1, 0);
        const [here, target] = [scene.render(0).labels.data, scene.render(1).labels.data];
        here.forEach((label, i) => {
          if (!there.isVisible[i]) return;
          const x = (i % size.width) + there.flow[i * 2]!;
          const y = Math.floor(i / size.width) + there.flow[i * 2 + 1]!;
          const [column, row] = [Math.floor(x), Math.floor(y)];
          if (column < 0 || row < 0 || column >= size.width - 1 || row >= size.height - 1) return;
          const corners = [0, 1, size.width, size.width + 1].map((step) => row * size.width + column + step);
          if (corners.some((corner) => target[corner] !== label)) return;
          const [a, b] = [x - column, y - row];
          const weights = [(1 - a) * (1 - b), a * (1 - b), (1 - a) * b, a * b];
          for (const k of [0, 1]) {
            const returned = corners.reduce((sum, corner, n) => sum + weights[n]! * back.flow[corner * 2 + k]!, 0);
            // What bilinear sampling of a bent flow leaves.
            expect(Math.abs(returned + there.flow[i * 2 + k]!)).toBeLessThan(0.25);
          }
        });
      }),
      { numRuns: 10 },
    );
  });

  it('move otherwise than rigid ones, which are as they were without the options', () => {
    const rigid = createSyntheticScene(4, { ...options, bending: 0 }).render(1).labels.data;
    expect(createSyntheticScene(4, options).render(1).labels.data).not.toEqual(rigid);
  });
});

describe('light', () => {
  it('changes the brightness of surfaces over time and leaves the middle as it is', () => {
    const plain = { ...size, objects: [1, 1] as [number, number], still: 1, curvature: 0 };
    const lit = createSyntheticScene(2, { ...plain, light: 3 });
    expect(lit.render(0.5)).toEqual(createSyntheticScene(2, plain).render(0.5));
    const sum = (t: number) => [...lit.render(t).frame.data].reduce((total, value) => total + value, 0);
    expect(Math.abs(Math.log(sum(1) / sum(0)))).toBeGreaterThan(0.01);
  });
});

describe('twins', () => {
  it('look like the object behind them', () => {
    const scene = createSyntheticScene(6, { ...size, twins: 1, objects: [3, 3] });
    expect(scene.objects.map(({ texture }) => texture)).toEqual(Array(3).fill(scene.objects[0]!.texture));
    expect(scene.objects[1]!.shape).toBe(scene.objects[0]!.shape);
    expect(scene.objects[1]!.motion(0.5)).not.toEqual(scene.objects[0]!.motion(0.5));
  });
});
