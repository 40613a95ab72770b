import { type HostTensor, ShapeError } from '@vosvfi/core';
import { compile } from '@vosvfi/runtime';
import * as tf from '@vosvfi/runtime/tf';
import { oracleTensor, readFixture, relativeL2, toChannelsFirst, toChannelsLast } from '@vosvfi/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { perceptualLoss } from './perceptual-loss.js';
import { vgg16Features, vgg16Parameters } from './vgg16.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const weights = new Map(
  vgg16Parameters.map(({ key, shape }) => {
    const amplitude = shape.length === 4 ? Math.sqrt(6 / (shape[1]! * 9)) : 0.1;
    return [key, oracleTensor(key, shape, 0, amplitude)] as const;
  }),
);

describe('perceptual loss', () => {
  it('reads the keys of torchvision up to the tenth convolution', () => {
    expect(vgg16Parameters.map(({ key }) => key).filter((key) => key.endsWith('bias'))).toEqual(
      [0, 2, 5, 7, 10, 12, 14, 17, 19, 21].map((index) => `features.${index}.bias`),
    );
    expect(vgg16Parameters.every(({ trainable }) => trainable === false)).toBe(true);
  });

  it('is that of PyTorch, with its gradient', async () => {
    const stored = await readFixture(new URL('../../test/fixtures/vgg16.safetensors', import.meta.url));
    const inputs: Record<string, HostTensor> = {
      prediction: toChannelsLast(stored.get('in.prediction')!),
      target: toChannelsLast(stored.get('in.target')!),
    };
    const compiled = await compile(
      ({ prediction, target }, tensors) => {
        const loss = (x: tf.Tensor): tf.Scalar => perceptualLoss(tensors, x, target!);
        const { value, grad } = tf.valueAndGrad(loss)(prediction!);
        return { loss: value, 'grad.prediction': grad, features: vgg16Features(tensors, prediction!) };
      },
      inputs,
      { weights },
    );
    const outputs = await compiled.run(inputs);
    await compiled.dispose();
    const error = (name: string): number => {
      const actual = outputs[name]!;
      return relativeL2((actual.shape.length === 4 ? toChannelsFirst(actual) : actual).data, stored.get(name)!.data);
    };
    expect(error('features')).toBeLessThan(1e-5);
    expect(error('loss')).toBeLessThan(1e-5);
    expect(error('grad.prediction')).toBeLessThan(1e-4);
  });

  it('refuses pictures of two sizes', () => {
    expect(() => perceptualLoss(new Map(), tf.zeros([1, 8, 8, 3]), tf.zeros([1, 8, 16, 3]))).toThrow(ShapeError);
  });
});
