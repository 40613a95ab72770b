import { createRandom } from '@vosvfi/core';
import { describe, expect, it } from 'vitest';
import { nodeCases } from './node-cases.js';
import { differenceFrom, onProcessor, throughWebGpu } from './run-node-case.js';

describe('operators lowered for WebGPU', () => {
  it.each(Object.entries(nodeCases))('compute %s there, and nothing on the processor', async (_, draw) => {
    const random = createRandom(11);
    for (let trial = 0; trial < 12; trial++) {
      const drawn = draw(random);
      const [expected, found] = [await onProcessor(drawn), await throughWebGpu(drawn)];
      expect(differenceFrom(expected, found), `trial ${trial}`).toBeLessThan(1e-5);
    }
  });
});
