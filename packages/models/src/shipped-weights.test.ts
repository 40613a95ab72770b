import { stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { createRandom, type Frame } from '@vosvfi/core';
import { describe, expect, it } from 'vitest';
import { findModel, listModels } from './index.js';
import { openNetwork } from './open.js';
import { loadNetworkWeights } from './weights/index.js';

const complete = listModels().filter(({ shippedWeights }) => shippedWeights !== undefined);
const [width, height] = [128, 96];

/** A patch of smooth random texture that goes right over another that goes left, both by `shift` pixels. */
function scene(shift: number): Frame {
  const random = createRandom(5);
  const waves = Array.from({ length: 12 }, () => [
    random.uniform(-0.7, 0.7),
    random.uniform(-0.7, 0.7),
    random.uniform(0, 6),
  ]);
  const texture = (x: number, y: number, first: number) =>
    waves.slice(first, first + 6).reduce((sum, [u, v, phase]) => sum + Math.sin(u! * x + v! * y + phase!), 0) / 6;
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const isPatch = Math.hypot(x - 64 - shift, y - 48) < 28;
      const value = isPatch ? 150 + 100 * texture(x - shift, y, 0) : 100 + 80 * texture(x + shift, y, 6);
      data.fill(value, (y * width + x) * 3, (y * width + x) * 3 + 3);
    }
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
    const [first, last] = [scene(-5), scene(5)];
    for (const t of [0.25, 0.5]) {
      const truth = scene(-5 + 10 * t);
      const blend: Frame = { ...first, data: first.data.map((value, i) => (1 - t) * value + t * last.data[i]!) };
      const [made] = await interpolator.interpolate(first, last, [t]);
      expect(psnr(made!, truth)).toBeGreaterThan(psnr(blend, truth) + 6);
    }
    await interpolator.dispose();
  });
});
