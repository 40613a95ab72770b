import { afterAll, expect, it } from 'vitest';
import { createStcnVideoSegmenter } from '../src/stcn/index.js';
import { noiseFrame, smallNetwork, smallWeights, stripes } from './support/small-video.js';

const [width, height] = [128, 96];
const segmenter = createStcnVideoSegmenter(smallNetwork, smallWeights, { threads: 1 });

afterAll(() => segmenter.dispose());

it('1,000 frames take no more memory than 300', async () => {
  const frames = [1, 2, 3, 4].map((seed) => noiseFrame(seed, width, height));
  const video = segmenter.start();
  let settled = 0;
  let cells = 0;
  for (let index = 0; index < 1000; index++) {
    const given = index === 0 ? { masks: stripes([1, 2], 32, width, height) } : undefined;
    ({ memoryCells: cells } = await video.step(frames[index % frames.length]!, given));
    if (index === 300) settled = process.memoryUsage().rss;
  }
  expect(cells).toBe(24 * 48);
  expect(process.memoryUsage().rss).toBeLessThan(settled * 1.1);
});
