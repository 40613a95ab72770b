import { type Frame, hostTensor } from '@vosvfi/core';
import { compile } from '@vosvfi/runtime';
import * as tf from '@vosvfi/runtime/tf';
import { expectNoTensorLeak, relativeL2 } from '@vosvfi/testing';
import { afterAll, describe, expect, it } from 'vitest';
import { noiseFrame, smallNetwork, smallWeights, stripes } from '../../test/support/small-video.js';
import { normalizeAndPad } from '../index.js';
import { createStcnPropagator, type StcnSegmentedFrame, type StcnVideoSegmenterOptions, segmentClip } from './index.js';

const [width, height] = [40, 36];
/** Objects 3 and 7, void between them. */
const firstMask = stripes([0, 3, 255, 7, 0], 8, width, height);
const sequence = [1, 2, 3, 4, 5].map((seed) => noiseFrame(seed, width, height));
const open: { dispose(): Promise<void> }[] = [];

function propagator(options: StcnVideoSegmenterOptions = {}) {
  const made = createStcnPropagator(smallNetwork, smallWeights, { threads: 1, ...options });
  open.push(made);
  return made;
}

async function collect(options: StcnVideoSegmenterOptions, mask = firstMask): Promise<StcnSegmentedFrame[]> {
  const results: StcnSegmentedFrame[] = [];
  for await (const result of propagator(options).frames(sequence, mask)) results.push(result);
  return results;
}

afterAll(async () => {
  for (const made of open) await made.dispose();
});

// 36 x 40 is padded to 48 x 48: 9 cells a frame.
describe('memory', () => {
  it.each([
    [{}, [0, 9, 9, 9, 9]],
    [{ memoryEvery: 2 }, [0, 9, 9, 18, 18]],
    [{ memoryEvery: 1 }, [0, 9, 18, 27, 36]],
    [{ memoryEvery: 2, includeLast: true }, [0, 9, 18, 18, 27]],
  ])('with %o has the cells of the policy', async (options, cells) => {
    expect((await collect(options)).map(({ memoryCells }) => memoryCells)).toEqual(cells);
  });
});

describe('propagation', () => {
  it('of all frames with all cells is the clip of the training pass', async () => {
    const results = await collect({ memoryEvery: 1, topK: 1000 });
    const pixels = sequence.map(({ data }) =>
      hostTensor(
        Float32Array.from(data, (v) => v / 255),
        [1, height, width, 3],
      ),
    );
    const masks = Float32Array.from({ length: 48 * 48 * 2 }, (_, i) => {
      const [y, x, k] = [Math.floor(i / 96) - 6, (Math.floor(i / 2) % 48) - 4, i % 2];
      const inside = y >= 0 && y < height && x >= 0 && x < width;
      return inside && firstMask.data[y * width + x] === [3, 7][k] ? 1 : 0;
    });
    const compiled = await compile(
      (inputs, given) => {
        const images = sequence.map((_, i) => normalizeAndPad(inputs[`frame${i}`]!, 16).padded);
        const clip = segmentClip(smallNetwork, given, { images, masks: inputs.masks as tf.Tensor4D });
        return Object.fromEntries(clip.map(({ probabilities }, i) => [`${i + 1}`, probabilities]));
      },
      {
        ...Object.fromEntries(pixels.map(({ shape }, i) => [`frame${i}`, { shape }])),
        masks: { shape: [1, 48, 48, 2] },
      },
      { weights: smallWeights, threads: 1 },
    );
    const inputs = {
      ...Object.fromEntries(pixels.map((tensor, i) => [`frame${i}`, tensor])),
      masks: hostTensor(masks, [1, 48, 48, 2]),
    };
    const clip = await compiled.run(inputs);
    await compiled.dispose();
    for (const { index, probabilities } of results.slice(1)) {
      const unpadded = Float32Array.from({ length: width * height * 3 }, (_, i) => {
        const [y, x, k] = [Math.floor(i / (width * 3)), Math.floor(i / 3) % width, i % 3];
        return clip[`${index}`]!.data[((y + 6) * 48 + x + 4) * 3 + k]!;
      });
      expect(relativeL2(probabilities.data, unpadded)).toBeLessThan(1e-5);
    }
  });

  it('gives the first mask back, then masks with its labels', async () => {
    const results = await collect({});
    expect([...results[0]!.mask.data]).toEqual([...firstMask.data].map((label) => (label === 255 ? 0 : label)));
    expect(results[0]!.labels).toEqual([3, 7]);
    for (const { mask, probabilities } of results) {
      mask.data.forEach((label, pixel) => {
        const p = probabilities.data.subarray(pixel * 3, pixel * 3 + 3);
        expect(label).toBe([0, 3, 7][p.indexOf(Math.max(...p))]);
      });
    }
  });

  it('of an empty mask is background', async () => {
    const results = await collect({}, { ...firstMask, data: new Uint8Array(width * height) });
    expect(results).toHaveLength(5);
    expect(results.every(({ mask }) => mask.data.every((label) => label === 0))).toBe(true);
  });

  it('runs the same on the plain engine', async () => {
    const compiled = await collect({ memoryEvery: 2 });
    const eager = await collect({ memoryEvery: 2, engine: 'cpu' });
    expect(relativeL2(compiled[4]!.probabilities.data, eager[4]!.probabilities.data)).toBeLessThan(1e-5);
  });

  it('leaves no tensors behind', async () => {
    const made = propagator({ memoryEvery: 2 });
    await expectNoTensorLeak(tf, () => made.propagate(sequence, firstMask));
  });

  it('takes frames one by one and names one of another size', async () => {
    const odd: Frame = { data: new Uint8Array(30), width: 5, height: 2 };
    async function* stream() {
      yield sequence[0]!;
      yield odd;
    }
    await expect(propagator().propagate(stream(), firstMask)).rejects.toThrow(
      'frame 1 of the video: expected 40 x 36 as the first frame, found 5 x 2.',
    );
    expect(() => createStcnPropagator(smallNetwork, smallWeights, { memoryEvery: 0 })).toThrow(
      'memoryEvery: expected an integer from 1 on',
    );
  });
});
