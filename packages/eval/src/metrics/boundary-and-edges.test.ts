import { ConfigError, createRandom, type Frame, type Mask, ShapeError } from '@vosvfi/core';
import { describe, expect, it } from 'vitest';
import { boundaryBand, boundaryPsnr } from './boundary-psnr.js';
import { edgeError } from './edge-error.js';

const [width, height] = [12, 10];

function mask(label: (x: number, y: number) => number): Mask {
  return {
    data: Uint8Array.from({ length: width * height }, (_, i) => label(i % width, Math.floor(i / width))),
    width,
    height,
  };
}

function grey(value: (x: number, y: number) => number): Frame {
  const data = new Uint8Array(width * height * 3);
  for (let i = 0; i < width * height; i++) data.fill(value(i % width, Math.floor(i / width)), 3 * i, 3 * i + 3);
  return { data, width, height };
}

const isInside = (x: number, y: number): boolean => x >= 4 && x < 8 && y >= 3 && y < 7;

describe('boundary band', () => {
  it('is every pixel within the radius of a boundary pixel', () => {
    const labels = mask((x, y) => (isInside(x, y) ? 2 : 0));
    for (const radius of [0, 1, 3]) {
      const at = (x: number, y: number): number => labels.data[y * width + x]!;
      const isBoundary = (x: number, y: number): boolean => {
        const [right, down] = [Math.min(x + 1, width - 1), Math.min(y + 1, height - 1)];
        return [at(right, y), at(x, down), at(right, down)].some((label) => label !== at(x, y));
      };
      const expected = mask((x, y) => {
        for (let v = 0; v < height; v++)
          for (let u = 0; u < width; u++)
            if (isBoundary(u, v) && (u - x) ** 2 + (v - y) ** 2 <= radius * radius) return 1;
        return 0;
      });
      expect(boundaryBand(labels, radius)).toEqual(expected);
    }
  });

  it('follows outlines between two objects', () => {
    const one = boundaryBand(
      mask((x) => (x < 6 ? 3 : 3)),
      1,
    );
    const two = boundaryBand(
      mask((x) => (x < 6 ? 3 : 4)),
      0,
    );
    expect(one.data.every((value) => value === 0)).toBe(true);
    expect([...two.data.subarray(0, width)]).toEqual([0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0]);
  });

  it('refuses a radius that is no number of pixels', () => {
    expect(() =>
      boundaryBand(
        mask(() => 0),
        1.5,
      ),
    ).toThrow(ConfigError);
  });
});

describe('boundary PSNR', () => {
  const labels = mask((x, y) => (isInside(x, y) ? 1 : 0));

  it('looks at the band and nowhere else', () => {
    const band = boundaryBand(labels, 1);
    const truth = grey(() => 100);
    const wrongOutside = grey((x, y) => (band.data[y * width + x] === 1 ? 110 : 200));
    expect(boundaryPsnr(truth, wrongOutside, labels, 1)).toBeCloseTo(10 * Math.log10(255 ** 2 / 100), 9);
    expect(boundaryPsnr(truth, truth, labels, 1)).toBe(Number.POSITIVE_INFINITY);
    expect(
      boundaryPsnr(
        truth,
        wrongOutside,
        mask(() => 0),
      ),
    ).toBeNull();
  });
});

describe('edge error', () => {
  const step = grey((x) => (x < 6 ? 50 : 200));

  it('is 0 for equal frames and blind to brightness', () => {
    expect(edgeError(step, step)).toBe(0);
    expect(
      edgeError(
        step,
        grey((x) => (x < 6 ? 60 : 210)),
      ),
    ).toBeCloseTo(0, 9);
  });

  it('is 1 for a frame without edges and 2 for the reverse edge', () => {
    expect(
      edgeError(
        step,
        grey(() => 125),
      ),
    ).toBeCloseTo(1, 9);
    expect(
      edgeError(
        step,
        grey((x) => (x < 6 ? 200 : 50)),
      ),
    ).toBeCloseTo(2, 9);
  });

  it('grows with blur', () => {
    const blurred = (reach: number) =>
      grey((x) => Math.round(50 + 150 * Math.min(1, Math.max(0, (x - 5.5) / reach + 0.5))));
    const errors = [1, 3, 6].map((reach) => edgeError(step, blurred(reach)) as number);
    expect(errors[0]).toBe(0);
    expect(errors[1]!).toBeLessThan(errors[2]!);
  });

  it('looks at the strongest edges only', () => {
    const random = createRandom(1);
    const noise = Array.from({ length: width * height }, () => random.integer(0, 4));
    const noisy = grey((x, y) => (x < 6 ? 50 : 200) + (x < 4 || x > 7 ? noise[y * width + x]! : 0));
    expect(edgeError(step, noisy, { share: 0.2 })).toBeCloseTo(0, 9);
    expect(edgeError(step, noisy, { share: 1 })).toBeGreaterThan(0.01);
  });

  it('has no value for a flat frame, and refuses what it cannot measure', () => {
    expect(
      edgeError(
        grey(() => 9),
        step,
      ),
    ).toBeNull();
    expect(() => edgeError(step, step, { share: 0 })).toThrow(ConfigError);
    const small: Frame = { data: new Uint8Array(12), width: 2, height: 2 };
    expect(() => edgeError(small, small)).toThrow(ShapeError);
  });
});
