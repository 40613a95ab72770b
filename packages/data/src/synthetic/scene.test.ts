import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSyntheticScene } from './scene.js';
import { sampleTexture } from './texture.js';

const size = { height: 48, width: 64 };
const seeds = fc.integer({ min: 0, max: 0x7fffffff });

describe('createSyntheticScene', () => {
  it('is a pure function of seed, configuration and time', () => {
    const first = createSyntheticScene(7, size).render(0.3);
    const scene = createSyntheticScene(7, size);
    scene.render(0.9);
    expect(scene.render(0.3)).toEqual(first);
    expect(createSyntheticScene(8, size).render(0.3).frame.data).not.toEqual(first.frame.data);
  });

  it('shows objects at 0, 0.5 and 1 and uses the whole colour range over many seeds', () => {
    let empty = 0;
    for (let seed = 0; seed < 200; seed++) {
      const scene = createSyntheticScene(seed, { height: 32, width: 32 });
      const areas = [0, 0.5, 1].map((t) => scene.render(t).labels.data.filter((label) => label > 0).length);
      if (Math.min(...areas) === 0) empty++;
      expect(Math.max(...scene.render(0.5).labels.data)).toBeLessThanOrEqual(scene.objects.length);
    }
    expect(empty).toBeLessThan(10);
  });

  it('paints each pixel away from outlines with the colour of the surface its label names', () => {
    fc.assert(
      fc.property(seeds, fc.double({ min: 0, max: 1, noNaN: true }), (seed, t) => {
        const scene = createSyntheticScene(seed, { ...size, clutter: [0, 0] });
        const { frame, labels } = scene.render(t);
        const camera = scene.camera(t);
        const determinant = camera.a * camera.e - camera.b * camera.d;
        const colour = new Float32Array(3);
        for (let y = 1; y < size.height - 1; y++) {
          for (let x = 1; x < size.width - 1; x++) {
            const around = [-1, 0, 1].flatMap((dy) => [-1, 0, 1].map((dx) => (y + dy) * size.width + x + dx));
            if (around.some((i) => labels.data[i] !== 0)) continue;
            const px = x + 0.5 - camera.c;
            const py = y + 0.5 - camera.f;
            const u = (camera.e * px - camera.b * py) / determinant;
            const v = (-camera.d * px + camera.a * py) / determinant;
            // Thin parts may cover a pixel partly without owning any of the pixels around.
            const nearest = scene.objects.map((object) => {
              const { a, b, c, d, e, f } = object.motion(t);
              const det = a * e - b * d;
              const [qx, qy] = [u - c, v - f];
              return object.shape.distance((e * qx - b * qy) / det, (-d * qx + a * qy) / det);
            });
            if (Math.min(...nearest) < 2) continue;
            sampleTexture(scene.background.texture, u, v, colour, 0);
            const at = (y * size.width + x) * 3;
            for (let k = 0; k < 3; k++) expect(Math.abs(frame.data[at + k]! / 255 - colour[k]!)).toBeLessThan(0.003);
          }
        }
      }),
      { numRuns: 15 },
    );
  });

  it('names an unknown option and one out of range', () => {
    const options = { ...size, wobble: 1 };
    expect(() => createSyntheticScene(1, options)).toThrow(/scene: .*wobble/);
    expect(() => createSyntheticScene(1, { ...size, objects: [4, 2] })).toThrow(/scene\.objects/);
  });
});

describe('flow', () => {
  it('is zero to the same time and everything is visible', () => {
    const { flow, isVisible } = createSyntheticScene(3, size).flow(0.4, 0.4);
    expect(Math.max(...flow.map(Math.abs))).toBeLessThan(1e-4);
    const visible = isVisible.reduce((sum, value) => sum + value, 0);
    expect(visible / isVisible.length).toBeGreaterThan(0.995);
  });

  it('leads from a surface to the same surface and there back again', () => {
    fc.assert(
      fc.property(seeds, fc.double({ min: 0, max: 1, noNaN: true }), (seed, t) => {
        const scene = createSyntheticScene(seed, size);
        const target = t < 0.5 ? 1 : 0;
        const there = scene.flow(t, target);
        const back = scene.flow(target, t);
        const here = scene.render(t).labels;
        const labels = scene.render(target).labels;
        for (let y = 0; y < size.height; y++) {
          for (let x = 0; x < size.width; x++) {
            const i = y * size.width + x;
            if (!there.isVisible[i]) continue;
            const tx = x + there.flow[i * 2]!;
            const ty = y + there.flow[i * 2 + 1]!;
            const column = Math.floor(tx);
            const row = Math.floor(ty);
            if (column < 0 || row < 0 || column >= size.width - 1 || row >= size.height - 1) continue;
            const j = row * size.width + column;
            const corners = [j, j + 1, j + size.width, j + size.width + 1];
            if (corners.some((corner) => labels.data[corner] !== here.data[i])) continue;
            // The flow of one surface is affine in the position, so that interpolating it is exact.
            const [a, b] = [tx - column, ty - row];
            const weights = [(1 - a) * (1 - b), a * (1 - b), (1 - a) * b, a * b];
            for (const k of [0, 1]) {
              const returned = corners.reduce((sum, corner, n) => sum + weights[n]! * back.flow[corner * 2 + k]!, 0);
              expect(Math.abs(returned + there.flow[i * 2 + k]!)).toBeLessThan(1e-3);
            }
          }
        }
      }),
      { numRuns: 20 },
    );
  });

  it('makes the warped other frame match where the surface is visible', () => {
    let error = 0;
    let still = 0;
    let count = 0;
    for (let seed = 0; seed < 20; seed++) {
      const scene = createSyntheticScene(seed, { height: 64, width: 64, still: 0 });
      const here = scene.render(0.5).frame;
      const target = scene.render(0).frame;
      const { flow, isVisible } = scene.flow(0.5, 0);
      for (let i = 0; i < isVisible.length; i++) {
        const x = (i % 64) + flow[i * 2]!;
        const y = Math.floor(i / 64) + flow[i * 2 + 1]!;
        if (!isVisible[i] || x < 0 || y < 0 || x >= 63 || y >= 63) continue;
        const [column, row] = [Math.floor(x), Math.floor(y)];
        const [a, b] = [x - column, y - row];
        const at = (row * 64 + column) * 3;
        const p = target.data;
        const value = (1 - b) * ((1 - a) * p[at]! + a * p[at + 3]!) + b * ((1 - a) * p[at + 192]! + a * p[at + 195]!);
        error += (value - here.data[i * 3]!) ** 2;
        still += (target.data[i * 3]! - here.data[i * 3]!) ** 2;
        count++;
      }
    }
    // Rest: blur of resampling and outlines.
    expect(Math.sqrt(error / count)).toBeLessThan(9);
    expect(Math.sqrt(still / count)).toBeGreaterThan(20);
  });
});
