import { createRandom, type Frame } from '@vosvfi/core';
import { initializeWeights } from '@vosvfi/runtime';
import { createDeeplabv3, type Deeplabv3Config } from '@vosvfi/vos/deeplabv3';
import { expect, it } from 'vitest';
import { createDeeplabMaker } from './deeplabv3.js';

it('labels each frame by its classes', async () => {
  const config: Deeplabv3Config = {
    backbone: { stem: 4, widths: [2, 3, 3, 4], depths: [1, 1, 2, 2] },
    head: 5,
    rates: [2, 3],
    classes: 4,
  };
  const network = createDeeplabv3(config);
  const weights = initializeWeights(network.parameters, createRandom(3));
  const maker = createDeeplabMaker(network, weights, { shorterSide: null, threads: 1 });
  const frame: Frame = { data: new Uint8Array(48 * 40 * 3).map((_, i) => (i * 31) % 256), width: 48, height: 40 };
  const masks = await maker.masksOf([frame, frame]);
  await maker.dispose();
  expect(masks).toHaveLength(2);
  expect(masks[1]).toEqual(masks[0]);
  expect(masks[0]).toMatchObject({ width: 48, height: 40 });
  expect(Math.max(...masks[0]!.data)).toBeLessThan(config.classes);
});
