import { stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { createRandom, type Frame } from '@vosvfi/core';
import { describe, expect, it } from 'vitest';
import { findModel, listModels } from './index.js';
import { openNetwork } from './open.js';
import { loadNetworkWeights } from './weights/index.js';

const complete = listModels().filter(({ shippedWeights }) => shippedWeights !== undefined);
const [width, height] = [96, 64];

/** Dark and bright spots of all sizes, like a photograph's more than waves are. */
function spots(seed: number): (x: number, y: number) => number {
  const random = createRandom(seed);
  const all = Array.from({ length: 200 }, () => ({
    x: random.uniform(-10, width + 10),
    y: random.uniform(-10, height + 10),
    radius: random.uniform(1, 4) ** 2,
    gray: random.uniform(20, 235),
  }));
  // The last spot that covers a place is on top; small ones come last.
  const sorted = all.sort((a, b) => a.radius - b.radius);
  return (x, y) => sorted.find((spot) => Math.hypot(x - spot.x, y - spot.y) < spot.radius)?.gray ?? 128;
}
const [patch, ground] = [spots(1), spots(2)];

/** A patch that goes right over a ground that goes left, both by `shift` pixels; each pixel is the mean of four places. */
function scene(shift: number): Frame {
  const data = new Uint8Array(width * height * 3);
  for (let at = 0; at < width * height; at++) {
    let sum = 0;
    for (const [dx, dy] of [
      [0, 0],
      [0.5, 0],
      [0, 0.5],
      [0.5, 0.5],
    ] as const) {
      const [x, y] = [(at % width) + dx, Math.floor(at / width) + dy];
      sum += Math.hypot(x - 48 - shift, y - 32) < 20 ? patch(x - shift, y) : ground(x + shift, y);
    }
    data.fill(sum / 4, at * 3, at * 3 + 3);
  }
  return { data, width, height };
}

function psnr(a: Frame, b: Frame): number {
  const squares = Array.from(a.data, (value, i) => (value - b.data[i]!) ** 2);
  return 10 * Math.log10(255 ** 2 / (squares.reduce((sum, square) => sum + square) / squares.length));
}

describe('weights that come along', () => {
  it('are those of ifrnet_s', () => {
    expect(complete.map(({ id }) => id)).toEqual(['ifrnet_s']);
  });

  it.each(complete)('$id: fit the network, and the limit of a package', async (entry) => {
    const { url } = entry.shippedWeights!;
    expect((await stat(url)).size).toBeLessThan(8_000_000);
    const network = await findModel(entry.id).load();
    const weights = await loadNetworkWeights(fileURLToPath(url), network);
    expect(weights.size).toBe(network.parameters.length);
  });

  it.each(complete)('$id: follow two motions at any time, which a cross-fade does not', async ({ id }) => {
    const interpolator = await openNetwork({ model: id, threads: 1 });
    const [first, last] = [scene(-4), scene(4)];
    for (const t of [0.25, 0.5]) {
      const truth = scene(-4 + 8 * t);
      const blend: Frame = { ...first, data: first.data.map((value, i) => (1 - t) * value + t * last.data[i]!) };
      const [made] = await interpolator.interpolate(first, last, [t]);
      expect(psnr(made!, truth)).toBeGreaterThan(psnr(blend, truth) + 3);
    }
    await interpolator.dispose();
  });
});
