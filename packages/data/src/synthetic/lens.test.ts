import { describe, expect, it } from 'vitest';
import { throughLens } from './lens.js';
import { createSyntheticScene } from './scene.js';

const [width, height] = [40, 24];

function picture(colourOf: (x: number, y: number) => number) {
  const colour = new Float32Array(width * height * 3);
  for (let i = 0; i < colour.length; i++) {
    const pixel = Math.floor(i / 3);
    colour[i] = colourOf(pixel % width, Math.floor(pixel / width)) * ((i % 3) + 1);
  }
  return { colour, width, height };
}

/** Mean and standard deviation. */
function moments(values: ArrayLike<number>): [number, number] {
  const all = Array.from(values);
  const mean = all.reduce((sum, value) => sum + value, 0) / all.length;
  return [mean, Math.sqrt(all.reduce((sum, value) => sum + (value - mean) ** 2, 0) / all.length)];
}

describe('throughLens', () => {
  it('spreads a point as a Gaussian of the given deviation, in each colour', () => {
    const point = picture((x, y) => (x === 20 && y === 12 ? 1 : 0));
    throughLens(point, { blur: 1.5, grain: 0 }, 1);
    for (const c of [0, 1, 2]) {
      let [sum, spreadX, spreadY] = [0, 0, 0];
      for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++) {
          const value = point.colour[(y * width + x) * 3 + c]!;
          sum += value;
          spreadX += value * (x - 20) ** 2;
          spreadY += value * (y - 12) ** 2;
        }
      }
      expect(sum).toBeCloseTo(c + 1, 5);
      // A little less than 1.5 ** 2: the Gaussian ends at three and a third deviations.
      expect(spreadX / sum).toBeGreaterThan(2.15);
      expect(spreadX / sum).toBeLessThan(2.25);
      expect(spreadY / sum).toBeCloseTo(spreadX / sum, 4);
    }
  });

  it('leaves an even picture as it is, up to its edges', () => {
    const even = picture(() => 0.25);
    throughLens(even, { blur: 3, grain: 0 }, 1);
    const expected = picture(() => 0.25);
    even.colour.forEach((value, i) => {
      expect(value).toBeCloseTo(expected.colour[i]!, 5);
    });
  });

  it('adds noise of the given deviation, another for each seed, alike over the picture', () => {
    const noise = (seed: number) => {
      const grey = picture(() => 0);
      throughLens(grey, { blur: 0, grain: 0.1 }, seed);
      return grey.colour;
    };
    const [mean, deviation] = moments(noise(5));
    expect(Math.abs(mean)).toBeLessThan(0.01);
    expect(deviation).toBeGreaterThan(0.095);
    expect(deviation).toBeLessThan(0.105);
    const [, upper] = moments(noise(5).subarray(0, (width * height * 3) / 2));
    expect(Math.abs(upper - deviation)).toBeLessThan(0.01);
    expect(noise(5)).toEqual(noise(5));
    const other = noise(6);
    const product = noise(5).reduce((sum, value, i) => sum + value * other[i]!, 0) / other.length;
    expect(Math.abs(product)).toBeLessThan(0.001);
  });
});

describe('scenes through a lens', () => {
  const size = { height: 32, width: 32 };

  it('keep their objects', () => {
    const sharp = createSyntheticScene(4, size).render(0.3);
    const seen = createSyntheticScene(4, { ...size, blur: 2, grain: 0.1 }).render(0.3);
    expect(seen.labels).toEqual(sharp.labels);
    expect(seen.frame.data).not.toEqual(sharp.frame.data);
  });

  it('have the noise of each moment', () => {
    const scene = createSyntheticScene(11, { ...size, grain: 0.2, still: 1, light: 1 });
    const [first, second] = [scene.render(0).frame.data, scene.render(1).frame.data];
    expect(first).not.toEqual(second);
    expect(scene.render(0).frame.data).toEqual(first);
  });
});
