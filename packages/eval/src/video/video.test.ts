import { type Frame, type Mask, MediaError, ShapeError } from '@vosvfi/core';
import { type FlowField, readFlow } from '@vosvfi/data';
import { describe, expect, it } from 'vitest';
import { fixturePath, readFixtureFrame, readFixtureJson, readFixtureMask } from '../../test/support/fixtures.js';
import { occlusionMask } from './occlusion.js';
import { flowDifference, meanFluctuation, psnrCurve, temporalFlowError } from './temporal-consistency.js';
import { pairWarpingError, warpingError } from './warping-error.js';

const grey = (value: number): Frame => ({ data: new Float32Array(4 * 3 * 3).fill(value), width: 4, height: 3 });
const constantFlow = (x: number, y: number): FlowField => ({
  data: Float32Array.from({ length: 24 }, (_, i) => (i % 2 === 0 ? x : y)),
  width: 4,
  height: 3,
});
const visible: Mask = { data: new Uint8Array(12), width: 4, height: 3 };

describe('warping error', () => {
  it('and its occlusion mask are those of the official code', async () => {
    const expected = readFixtureJson<{ occluded: number; error: number }>('ewarp/expected.json');
    const flow = await readFlow(fixturePath('ewarp/fw_00001.flo'));
    const occlusion = occlusionMask(flow, await readFlow(fixturePath('ewarp/bw_00001.flo')));
    expect(occlusion.data.reduce((sum, value) => sum + value, 0)).toBe(expected.occluded);
    const stored = readFixtureMask('ewarp/occ_00001.png');
    expect(occlusion.data.every((value, i) => (value === 0) === (stored.data[i] === 0))).toBe(true);
    const pair = {
      frame: readFixtureFrame('ewarp/frame_00001.png'),
      next: readFixtureFrame('ewarp/frame_00002.png'),
      flow,
      occlusion,
    };
    expect(Math.abs(warpingError([pair]) - expected.error)).toBeLessThan(1e-9);
  });

  it('is 0 for a still video and where nothing is visible, and the squared step of brightness else', () => {
    const pair = { frame: grey(0.25), next: grey(0.75), flow: constantFlow(1.5, -0.5), occlusion: visible };
    expect(pairWarpingError(pair)).toBeCloseTo(0.25, 12);
    expect(pairWarpingError({ ...pair, next: grey(0.25) })).toBe(0);
    const hidden = { ...visible, data: new Uint8Array(12).fill(1) };
    expect(pairWarpingError({ ...pair, occlusion: hidden })).toBe(0);
  });

  it('has the float32 arithmetic of the reference, which shows where errors are large', () => {
    const byte = (value: number): Frame => ({ data: new Uint8Array(36).fill(value), width: 4, height: 3 });
    const pair = { frame: byte(3), next: byte(226), flow: constantFlow(0, 0), occlusion: visible };
    const step = Math.fround(Math.fround(226 / 255) - Math.fround(3 / 255));
    expect(pairWarpingError(pair)).toBeCloseTo(step * step, 14);
    expect(Math.abs(step * step - (223 / 255) ** 2)).toBeGreaterThan(1e-9);
  });

  it('refuses a single frame, other sizes and NaN', () => {
    const pair = { frame: grey(0), next: grey(0), flow: constantFlow(0, 0), occlusion: visible };
    expect(() => warpingError([])).toThrow(/at least two/);
    const small = { data: new Float32Array(4), width: 2, height: 1 };
    expect(() => pairWarpingError({ ...pair, flow: small })).toThrow(ShapeError);
    expect(() => occlusionMask(pair.flow, small)).toThrow(ShapeError);
    expect(() => pairWarpingError({ ...pair, next: grey(Number.NaN) })).toThrow(MediaError);
  });
});

describe('temporal consistency', () => {
  const videos = [[0, 0.1, 0.4].map(grey), [0, 0.2, 0.3].map(grey)] as const;
  /** Brightness stands for motion. */
  const findFlow = (from: Frame, to: Frame): FlowField => constantFlow(10 * (to.data[0]! - from.data[0]!), 0);

  it('tOF is the mean length of the difference of the two flows', async () => {
    expect(flowDifference(constantFlow(1, 2), constantFlow(4, -2))).toBeCloseTo(5, 12);
    // Differences of 1 and 2 pixels.
    expect(await temporalFlowError(videos[0], videos[1], findFlow)).toBeCloseTo((1 + 2) / 2, 6);
    expect(await temporalFlowError(videos[0], videos[0], findFlow)).toBe(0);
    await expect(temporalFlowError([grey(0)], [grey(0)], findFlow)).rejects.toThrow(/at least two/);
    await expect(temporalFlowError(videos[0], [grey(0)], findFlow)).rejects.toThrow(ShapeError);
  });

  it('the PSNR curve is infinite at frames that were given', () => {
    const curve = psnrCurve(videos[0], videos[1]);
    expect(curve[0]).toBe(Number.POSITIVE_INFINITY);
    expect(curve[1]).toBeCloseTo(20, 5);
    expect(psnrCurve([grey(0)], [grey(0.1)])[0]).toBeCloseTo(20, 5);
    expect(() => psnrCurve(videos[0], [])).toThrow(ShapeError);
  });

  it('fluctuation skips infinite values', () => {
    expect(meanFluctuation([20, Number.POSITIVE_INFINITY, 23, 22])).toBe(2);
    expect(meanFluctuation([Number.POSITIVE_INFINITY, 20])).toBe(0);
  });
});
