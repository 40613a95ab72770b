import { ConfigError, type Frame, ShapeError } from '@vosvfi/core';
import { describe, expect, it } from 'vitest';
import { blendInterpolator } from './blend.js';
import { findBaseline } from './find-baseline.js';
import { repeatInterpolator } from './repeat.js';

const frame = (...data: number[]): Frame => ({ data: Uint8Array.from(data), width: data.length / 3, height: 1 });
const [a, b] = [frame(0, 100, 255), frame(1, 200, 255)];

describe('blend', () => {
  it('mixes by time and keeps the kind of its inputs', async () => {
    const [quarter, half] = await blendInterpolator().interpolate(a, b, [0.25, 0.5]);
    expect(quarter!.data).toEqual(Uint8Array.of(0, 125, 255));
    expect(half!.data).toEqual(Uint8Array.of(1, 150, 255));
    const float: Frame = { ...a, data: Float32Array.of(0, 0.5, 1) };
    const [mixed] = await blendInterpolator().interpolate(float, { ...float, data: Float32Array.of(1, 1, 1) }, [0.5]);
    expect(mixed!.data).toEqual(Float32Array.of(0.5, 0.75, 1));
  });

  it('refuses other sizes and times', async () => {
    await expect(blendInterpolator().interpolate(a, frame(0, 0, 0, 0, 0, 0), [0.5])).rejects.toThrow(ShapeError);
    await expect(blendInterpolator().interpolate(a, b, [1])).rejects.toThrow(ConfigError);
  });
});

it('repeat shows the first frame', async () => {
  expect(await repeatInterpolator().interpolate(a, b, [0.2, 0.9])).toEqual([a, a]);
});

it('are found by name, without weights', () => {
  expect(['blend', 'repeat'].map((name) => findBaseline(name)?.id)).toEqual(['blend', 'repeat']);
  expect(findBaseline('ifrnet', 'ifrnet.pth')).toBeUndefined();
  expect(findBaseline('constructor')).toBeUndefined();
  expect(() => findBaseline('blend', 'ifrnet.pth')).toThrow('weights: "blend" has no weights.');
});
