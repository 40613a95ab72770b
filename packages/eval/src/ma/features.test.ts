import { describe, expect, it } from 'vitest';
import { readFixtureJson } from '../../test/support/fixtures.js';
import { frequencyFeatures } from './frequency-features.js';
import { gaussianPyramid } from './gaussian-pyramid.js';
import type { Plane } from './plane.js';
import { spatialFeatures } from './spatial-features.js';
import { waveletFeatures } from './wavelet-features.js';

interface Case {
  readonly height: number;
  readonly width: number;
  readonly sum: number;
  readonly frequency: readonly number[];
  readonly wavelet: readonly number[];
  readonly spatial: readonly number[];
}

/** The picture of `tooling/oracle/reference/ma_features.py`, 0..255. */
function picture(height: number, width: number): Plane {
  let state = 12345;
  const data = Float64Array.from({ length: width * height }, (_, i) => {
    const [x, y] = [i % width, Math.floor(i / width)];
    state = (state * 16807) % 2147483647;
    const fold = Math.abs(((5 * x + 3 * y) % 160) - 80) + Math.abs(((7 * y - 2 * x + 1000) % 90) - 45);
    return 40 + fold + (state % 23) + ((Math.floor(x / 19) + Math.floor(y / 13)) % 3 === 0 ? 30 : 0);
  });
  return { data, width, height };
}

const cases = readFixtureJson<Case[]>('ma/expected.json');

function expectClose(found: readonly number[], expected: readonly number[], tolerance: number): void {
  expect(found.length).toBe(expected.length);
  for (const [i, value] of expected.entries()) {
    expect(Math.abs(found[i]! - value), `${i}: ${found[i]} for ${value}`).toBeLessThanOrEqual(
      tolerance * Math.abs(value),
    );
  }
}

describe.each(cases)("features of Ma et al. are pyiqa's, $height x $width", ({ height, width, ...expected }) => {
  const plane = picture(height, width);
  const levels = gaussianPyramid({ ...plane, data: plane.data.map((value) => value / 255) });

  it('looks at the same picture', () => {
    expect(plane.data.reduce((sum, value) => sum + value)).toBe(expected.sum);
  });
  it('local frequency', () => expectClose(levels.flatMap(frequencyFeatures), expected.frequency, 1e-12));
  it('spatial', () => expectClose(levels.flatMap(spatialFeatures), expected.spatial, 1e-10));
  it('wavelet', () => expectClose(waveletFeatures(plane), expected.wavelet, 1e-9));
});
