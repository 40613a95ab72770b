import { ConfigError, createRandom, type Frame, type HostTensor, sizeOf } from '@vosvfi/core';
import { initializeWeights, type TensorWeights } from '@vosvfi/runtime';
import * as tf from '@vosvfi/runtime/tf';
import { expectGradient } from '@vosvfi/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { createDeeplabv3, createDeeplabv3Segmenter, type Deeplabv3Config, vocClasses } from './index.js';

const smallest: Deeplabv3Config = {
  backbone: { stem: 4, widths: [2, 3, 3, 4], depths: [1, 1, 2, 2] },
  head: 5,
  rates: [2, 3],
  classes: 4,
};

const network = createDeeplabv3(smallest);

beforeAll(async () => {
  await tf.setBackend('cpu');
});

function tensorsOf(weights: ReadonlyMap<string, HostTensor>): TensorWeights {
  return new Map([...weights].map(([key, { data, shape }]) => [key, tf.tensor(data, [...shape])]));
}

function frameOf(height: number, width: number, seed: number): Frame {
  const random = createRandom(seed);
  return { data: Uint8Array.from({ length: height * width * 3 }, () => random.integer(0, 255)), width, height };
}

describe('networks', () => {
  it.each([
    ['deeplabv3_resnet50', 39_638_869, 42_004_074],
    ['deeplabv3_resnet101', 58_630_997, 60_996_202],
  ] as const)('%s has %i trained parameters, %i with its auxiliary classifier', (id, count, withAuxiliary) => {
    const { parameters, optionalParameters } = createDeeplabv3(id);
    const trained = (specs: typeof parameters) =>
      specs.filter(({ trainable }) => trainable !== false).reduce((sum, { shape }) => sum + sizeOf(shape), 0);
    expect(trained(parameters)).toBe(count);
    expect(trained([...parameters, ...optionalParameters])).toBe(withAuxiliary);
  });

  it('number the classes of Pascal VOC', () => {
    expect(vocClasses).toHaveLength(createDeeplabv3('deeplabv3_resnet50').config.classes);
    expect([vocClasses[0], vocClasses[15], vocClasses[20]]).toEqual(['background', 'person', 'tvmonitor']);
  });

  it.each([
    [{ ...smallest, classes: 1 }, 'deeplabv3.classes'],
    [{ ...smallest, rates: [] }, 'deeplabv3.rates'],
    [{ ...smallest, backbone: { ...smallest.backbone, depths: [1, 1, 1] } }, 'deeplabv3.backbone.depths'],
    [{ ...smallest, stride: 16 }, 'stride'],
  ])('%o is refused', (config, message) => {
    expect(() => createDeeplabv3(config as unknown as Deeplabv3Config)).toThrow(ConfigError);
    expect(() => createDeeplabv3(config as unknown as Deeplabv3Config)).toThrow(message);
  });

  it('take frames of any size', () => {
    const weights = tensorsOf(initializeWeights(network.parameters, createRandom(3)));
    const { logits } = network.forward(weights, { frame: tf.zeros([2, 37, 50, 3]) });
    expect(logits.shape).toEqual([2, 37, 50, 4]);
  });

  it('are differentiable in the frame', async () => {
    const weights = tensorsOf(initializeWeights(network.parameters, createRandom(4)));
    const random = createRandom(5);
    const frame = Float32Array.from({ length: 16 * 24 * 3 }, () => random.uniform());
    const loss = (x: tf.Tensor): tf.Scalar => {
      const { logits } = network.forward(weights, { frame: tf.reshape(x, [1, 16, 24, 3]) });
      return tf.mean(tf.square(tf.softmax(logits, 3)));
    };
    const gradient = tf.grad(loss)(tf.tensor1d(frame)).dataSync();
    const largest = [...gradient.keys()].sort((a, b) => Math.abs(gradient[b]!) - Math.abs(gradient[a]!));
    const scale = 1e2 / Math.abs(gradient[largest[0]!]!);
    await expectGradient(
      (values) => scale * tf.tidy(() => loss(tf.tensor1d(values)).dataSync()[0]!),
      frame,
      Float32Array.from(gradient, (value) => value * scale),
      { tolerance: 0.03, step: 2e-3, indices: largest.slice(0, 3) },
    );
  });
});

describe('segmenter', () => {
  const weights = initializeWeights(network.parameters, createRandom(6));

  it('gives the most probable class and the probability of all but the background', async () => {
    const segmenter = createDeeplabv3Segmenter(network, weights);
    try {
      const frame = frameOf(30, 44, 1);
      const { labels, foreground } = await segmenter.segment(frame);
      expect([labels.width, labels.height, foreground.shape]).toEqual([44, 30, [30, 44]]);
      const { logits } = network.forward(tensorsOf(weights), {
        frame: tf.tensor4d(
          Float32Array.from(frame.data, (value) => value / 255),
          [1, 30, 44, 3],
        ),
      });
      const expected = tf.argMax(logits, 3).dataSync();
      const different = labels.data.reduce((sum, label, pixel) => sum + Number(label !== expected[pixel]), 0);
      expect(different).toBeLessThan(3);
      expect(new Set(labels.data).size).toBeGreaterThan(1);
      const background = tf.slice(tf.softmax(logits, 3), [0, 0, 0, 0], [1, 30, 44, 1]).dataSync();
      foreground.data.forEach((value, pixel) => {
        expect(value).toBeCloseTo(1 - background[pixel]!, 4);
      });
    } finally {
      await segmenter.dispose();
    }
  });

  it('segments at another size and gives back the frame’s', async () => {
    const segmenter = createDeeplabv3Segmenter(network, weights, { shorterSide: 24 });
    try {
      const { labels, foreground } = await segmenter.segment(frameOf(48, 81, 2));
      expect([labels.data.length, labels.width, labels.height]).toEqual([48 * 81, 81, 48]);
      expect(foreground.shape).toEqual([48, 81]);
    } finally {
      await segmenter.dispose();
    }
  });

  it('refuses a size that is none', () => {
    expect(() => createDeeplabv3Segmenter(network, weights, { shorterSide: 0 })).toThrow('shorterSide: expected');
  });
});
