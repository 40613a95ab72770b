import { createRandom } from '@vosvfi/core';
import { describe, expect, it } from 'vitest';
import { nodeCases } from '../../../test/webgpu/node-cases.js';
import { differenceFrom, loweredOnProcessor, onProcessor } from '../../../test/webgpu/run-node-case.js';
import { lowerForWebGpu } from './lower-for-webgpu.js';

describe('lowerForWebGpu', () => {
  it.each(Object.entries(nodeCases))('keeps the values of %s', async (_, draw) => {
    const random = createRandom(7);
    for (let trial = 0; trial < 12; trial++) {
      const drawn = draw(random);
      const [expected, found] = [await onProcessor(drawn), await loweredOnProcessor(drawn)];
      expect(differenceFrom(expected, found), `trial ${trial}`).toBeLessThan(2e-6);
    }
  });

  it('leaves none of the operators that the provider lacks', () => {
    const random = createRandom(3);
    const lacking = ['GridSample', 'DeformConv', 'GatherND', 'Round', 'Sign', 'Selu', 'LogSoftmax', 'Or', 'Xor', 'Sum'];
    for (const draw of Object.values(nodeCases)) {
      const operators = lowerForWebGpu(draw(random).graph).nodes.map((node) => node.opType);
      expect(operators.filter((operator) => lacking.includes(operator))).toEqual([]);
    }
  });
});
