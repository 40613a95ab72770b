import { describe, expect, it } from 'vitest';
import { greyTexture } from '../../test/grey-texture.js';
import { blurOf, isBlend, isFade, lightOf } from './appearance.js';
import type { GreyPicture } from './motion.js';

const [width, height] = [96, 64];
const whole = { left: 0, top: 0, width, height };
const map = (picture: GreyPicture, change: (value: number, at: number) => number): GreyPicture => ({
  ...picture,
  luma: picture.luma.map(change),
});

/** The mean over a square of `2 reach + 1` pixels. */
function soften(picture: GreyPicture, reach: number): GreyPicture {
  return map(picture, (_, at) => {
    let [sum, count] = [0, 0];
    for (let y = Math.floor(at / width) - reach; y <= Math.floor(at / width) + reach; y++) {
      for (let x = (at % width) - reach; x <= (at % width) + reach; x++) {
        if (x < 0 || y < 0 || x >= width || y >= height) continue;
        sum += picture.luma[y * width + x]!;
        count++;
      }
    }
    return sum / count;
  });
}

describe('blurOf', () => {
  it('rises with blur, whatever the contrast', () => {
    const squares = map(greyTexture(1, width, height), (value) => (value > 128 ? 200 : 60));
    const values = [0, 1, 3, 6].map((reach) => blurOf(soften(squares, reach), whole));
    for (let k = 1; k < values.length; k++) expect(values[k]!).toBeGreaterThan(values[k - 1]! + 0.05);
    expect(values[0]).toBeLessThan(0.4);
    expect(values[3]).toBeGreaterThan(0.75);
    const pale = map(squares, (value) => 100 + value / 10);
    expect(blurOf(pale, whole)).toBeCloseTo(values[0]!, 3);
  });

  it('takes a flat part for blurred', () => {
    expect(
      blurOf(
        map(greyTexture(1, width, height), () => 7),
        whole,
      ),
    ).toBe(1);
  });
});

describe('lightOf', () => {
  it('measures the part only', () => {
    const halves = map(greyTexture(1, width, height), (_, at) => (at % width < 48 ? 10 : 50));
    expect(lightOf(halves, { ...whole, width: 48 })).toEqual({ mean: 10, deviation: 0 });
    expect(lightOf(halves, whole)).toEqual({ mean: 30, deviation: 20 });
  });
});

describe('isFade and isBlend', () => {
  const scene = (shift: number) => greyTexture(4, width, height, shift);

  it('see a fade to black, moving or not', () => {
    const faded = ([0, 1, 2] as const).map((k) => map(scene(k), (value) => value * (1 - 0.2 * k)));
    expect(isFade([faded[0]!, faded[1]!, faded[2]!], whole)).toBe(true);
    expect(isFade([scene(0), scene(1), scene(2)], whole)).toBe(false);
  });

  it('see a dissolve, but not motion', () => {
    const other = greyTexture(9, width, height);
    const dissolve = (share: number) => map(scene(0), (value, at) => value * (1 - share) + other.luma[at]! * share);
    expect(isBlend([dissolve(0.2), dissolve(0.4), dissolve(0.6)], whole)).toBe(true);
    expect(isBlend([scene(0), scene(4), scene(8)], whole)).toBe(false);
  });
});
