import { hostTensor, type Mask } from '@vosvfi/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromChannels, objectLabels, toChannels } from './object-channels.js';

describe('object channels', () => {
  it('make the same mask again, without void', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(0, 1, 7, 254, 255), { minLength: 1, maxLength: 30 }), (values) => {
        const mask: Mask = { data: Uint8Array.from(values), width: values.length, height: 1 };
        const labels = objectLabels(mask);
        const expected = values.map((label) => (label === 255 ? 0 : label));
        expect([...fromChannels(toChannels(mask, labels), labels).data]).toEqual(expected);
      }),
    );
  });

  it('give a pixel to the background where that is the most probable', () => {
    const probabilities = hostTensor(Float32Array.of(0.3, 0.3, 0.3, 0.5), [1, 1, 2, 2]);
    expect([...fromChannels(probabilities, [3, 5]).data]).toEqual([0, 5]);
  });
});
