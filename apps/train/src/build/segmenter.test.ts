import { fileURLToPath } from 'node:url';
import { createDeeplabv3 } from '@vosvfi/vos/deeplabv3';
import { createRvos } from '@vosvfi/vos/rvos';
import { describe, expect, it } from 'vitest';
import { deeplabv3Supervision } from '../segmenters/deeplabv3.js';
import { rvosSupervision } from '../segmenters/rvos.js';
import { loadSegmenter, readSegmenterWeights } from './segmenter.js';

const fixtures = new URL('../../test/fixtures/', import.meta.url);

const rvosConfig = {
  encoder: { block: 'basic', stem: 4, widths: [4, 4, 5, 6], depths: [1, 1, 1, 1] },
  hidden: 8,
  variant: 'one-shot',
} as const satisfies Exclude<Parameters<typeof createRvos>[0], string>;

const deeplabConfig = {
  backbone: { stem: 4, widths: [2, 3, 3, 4], depths: [1, 1, 2, 2] },
  head: 5,
  rates: [2, 3],
  classes: 4,
} as const satisfies Exclude<Parameters<typeof createDeeplabv3>[0], string>;

/** The second value of a tensor that the fixtures hold. */
function second(name: string): number {
  return Math.fround(Math.fround(name.length / 8) + 1 / 1024);
}

describe('weights of segmenters', () => {
  it('are read from the two files of an official RVOS', async () => {
    const supervision = rvosSupervision(rvosConfig);
    const weights = await readSegmenterWeights(fileURLToPath(new URL('rvos', fixtures)), supervision);
    expect([...weights.keys()]).toEqual(createRvos(rvosConfig).parameters.map(({ key }) => key));
    expect(weights.get('encoder.base.conv1.weight')!.data[1]).toBeCloseTo(second('base.conv1.weight'), 6);
    expect(weights.get('decoder.conv_out.weight')!.data[1]).toBeCloseTo(second('conv_out.weight'), 6);
  });

  it('are read from a DeepLabV3 with an auxiliary classifier', async () => {
    const supervision = deeplabv3Supervision(deeplabConfig);
    const weights = await readSegmenterWeights(fileURLToPath(new URL('deeplabv3.pth', fixtures)), supervision);
    expect([...weights.keys()]).toEqual(createDeeplabv3(deeplabConfig).parameters.map(({ key }) => key));
    expect(weights.get('classifier.4.weight')!.data[1]).toBeCloseTo(second('classifier.4.weight'), 6);
  });

  it('name the file of the two that does not fit', async () => {
    const other = rvosSupervision({ ...rvosConfig, hidden: 16 });
    await expect(readSegmenterWeights(fileURLToPath(new URL('rvos', fixtures)), other)).rejects.toThrow('encoder.pt');
  });

  it('must be named where none come along', async () => {
    await expect(loadSegmenter({ model: 'rvos' })).rejects.toThrow('objective.vos.segmenter.weights');
  });
});
