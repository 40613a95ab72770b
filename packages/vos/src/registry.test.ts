import { fileURLToPath } from 'node:url';
import { ConfigError, createRandom } from '@vosvfi/core';
import { initializeWeights } from '@vosvfi/runtime';
import { describe, expect, it } from 'vitest';
import { checkSegmenterChoice, findSegmenter, listSegmenters } from './registry.js';
import { stcnTinyWeightsUrl } from './weights.js';

describe('registry of segmentation networks', () => {
  it.each(listSegmenters().map((entry) => [entry.id, entry] as const))(
    '%s loads and is what it says',
    async (id, entry) => {
      expect(findSegmenter(id)).toBe(entry);
      const { id: name, parameters } = await entry.load();
      expect(name).toBe(id);
      const count = parameters.reduce((sum, { shape }) => sum + shape.reduce((product, n) => product * n, 1), 0);
      expect(count).toBe(entry.parameterCount);
      expect(entry.officialWeights.length > 0 || entry.shippedWeights !== undefined).toBe(true);
    },
  );

  it('makes a segmenter of weights', async () => {
    const entry = findSegmenter('stcn_tiny');
    const weights = initializeWeights((await entry.load()).parameters, createRandom(1));
    const segmenter = await entry.createVideoSegmenter(weights, { threads: 1 });
    const [width, height] = [32, 24];
    const frame = { data: new Uint8Array(width * height * 3).fill(99), width, height };
    const masks = { data: new Uint8Array(width * height).fill(7, 0, 200), width, height };
    const segmentation = segmenter.start();
    expect((await segmentation.step(frame, { masks })).mask).toEqual(masks);
    expect(await segmentation.step(frame)).toMatchObject({ index: 1, labels: [7], mask: { width, height } });
    await segmenter.dispose();
  });

  it('lists what exists when asked for what does not', () => {
    expect(() => findSegmenter('xmem')).toThrow(
      'there is no video segmentation network "xmem". Known: stcn, stcn_tiny, mast, rvos_one_shot.',
    );
  });
});

describe('checkSegmenterChoice', () => {
  it('takes the given weights, then those that come along', () => {
    expect(checkSegmenterChoice({ model: 'stcn', weights: 'stcn.pth' }).file).toBe('stcn.pth');
    const { entry, file } = checkSegmenterChoice({ model: 'stcn_tiny' });
    expect([entry.id, file]).toEqual(['stcn_tiny', fileURLToPath(stcnTinyWeightsUrl)]);
    expect(() => checkSegmenterChoice({ model: 'stcn' })).toThrow(ConfigError);
    expect(() => checkSegmenterChoice({ model: 'stcn' })).toThrow(/needs its weights.*or take stcn_tiny/);
  });
});
