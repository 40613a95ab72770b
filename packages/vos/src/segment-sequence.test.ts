import { ConfigError, type Frame, hostTensor } from '@vosvfi/core';
import { describe, expect, it } from 'vitest';
import { segmentFrames, segmentSequence, type VideoSegmenter } from './index.js';

/** Every frame's colour is its index. */
const frames: Frame[] = [0, 1, 2, 3, 4].map((value) => ({
  data: new Uint8Array(3).fill(value),
  width: 1,
  height: 1,
}));

/** Labels a frame by 10 times the last given label plus the number of steps since then; writes down what it saw. */
function countingSegmenter(seen: string[]): VideoSegmenter {
  return {
    id: 'counting',
    start: () => {
      let [index, label, since] = [0, 0, 0];
      return {
        step: async (frame, given) => {
          seen.push(`${frame.data[0]}${given === undefined ? '' : ' given'}`);
          since = given === undefined ? since + 1 : 0;
          label = given?.masks.data[0] ?? label;
          const mask = { data: Uint8Array.of(10 * label + since), width: 1, height: 1 };
          return { index: index++, mask, probabilities: hostTensor(Float32Array.of(1), [1, 1, 1]), labels: [] };
        },
        reset: () => undefined,
      };
    },
    dispose: async () => undefined,
  };
}

const given = (label: number) => ({ masks: { data: Uint8Array.of(label), width: 1, height: 1 } });

describe('segmentSequence', () => {
  it('goes forward from the first masks, then backward from them', async () => {
    const seen: string[] = [];
    const masks = await segmentSequence(
      countingSegmenter(seen),
      frames,
      new Map([
        [3, given(2)],
        [2, given(1)],
      ]),
    );
    expect(seen).toEqual(['2 given', '3 given', '4', '2 given', '1', '0']);
    expect(masks.map(({ data }) => data[0])).toEqual([12, 11, 10, 20, 21]);
  });

  it('reads frames when they are needed, each by its place', async () => {
    const seen: string[] = [];
    const read: number[] = [];
    const access = {
      length: 5,
      read: async (index: number) => {
        read.push(index);
        return frames[index]!;
      },
    };
    const indices: number[] = [];
    for await (const { index } of segmentFrames(countingSegmenter(seen), access, new Map([[1, given(1)]]))) {
      indices.push(index);
      if (index === 2) expect(read).toEqual([1, 2]);
    }
    expect(indices).toEqual([1, 2, 3, 4, 0]);
  });

  it('names masks of no frame, and needs some', async () => {
    const segmenter = countingSegmenter([]);
    await expect(segmentSequence(segmenter, frames, new Map())).rejects.toThrow(ConfigError);
    const late = segmentSequence(segmenter, frames, new Map([[5, given(1)]]));
    await expect(late).rejects.toThrow('given: expected frames 0 to 4, found 5.');
  });
});
