import type { HostTensor } from '@vosvfi/core';
import * as tf from '@vosvfi/runtime/tf';
import { readFixture, relativeL2ToStored, toChannelsFirst, toChannelsLast } from '@vosvfi/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { censusLoss, censusTransform, charbonnierLoss, flowDistillationLoss, geometryLoss } from './index.js';

let stored: Map<string, HostTensor>;

beforeAll(async () => {
  await tf.setBackend('cpu');
  stored = await readFixture(new URL('../test/fixtures/ifrnet-losses.safetensors', import.meta.url));
});

function input(name: string): tf.Tensor {
  const { data, shape } = toChannelsLast(stored.get(`in.${name}`)!);
  return tf.tensor(data, [...shape]);
}

/** Relative error to the stored part of a tensor. */
function error(actual: tf.Tensor, name: string): number {
  const host: HostTensor = { data: actual.dataSync() as Float32Array, shape: actual.shape, dtype: 'float32' };
  return relativeL2ToStored(host.shape.length === 4 ? toChannelsFirst(host) : host, stored.get(name)!);
}

function check(name: string, loss: (...inputs: tf.Tensor[]) => tf.Scalar, ...names: string[]): void {
  const { value, grads } = tf.valueAndGrads(loss)(names.map(input));
  expect(error(value, `${name}.loss`), 'loss').toBeLessThan(1e-6);
  for (const [index, of] of names.entries()) {
    expect(error(grads[index]!, `${name}.grad.${of}`), of).toBeLessThan(1e-5);
  }
}

describe('losses against the official code', () => {
  it('charbonnier, with and without mask', () => {
    check('charbonnier', (pred) => charbonnierLoss(tf.sub(pred, input('gt'))), 'pred');
    check('charbonnier_masked', (pred) => charbonnierLoss(tf.sub(pred, input('gt')), input('mask')), 'pred');
  });

  it('census and its transform', () => {
    check('census', (pred) => censusLoss(pred, input('gt')), 'pred');
    expect(error(censusTransform(input('pred')), 'census.transform_pred')).toBeLessThan(1e-5);
  });

  it('geometry, differentiable in both arguments', () => {
    check('geometry', geometryLoss, 'feat_a', 'feat_b');
  });

  it('flow distillation', () => {
    const distill = (...coarser: tf.Tensor[]): tf.Scalar => {
      const pairs = [input('flow_l1'), ...coarser].map((flow) => tf.split(flow, 2, 3) as [tf.Tensor, tf.Tensor]);
      const flows = [0, 1].map((direction) => pairs.map((pair) => pair[direction]!)) as [tf.Tensor[], tf.Tensor[]];
      return tf.mul(flowDistillationLoss(...flows, input('flow_teacher')), 0.01);
    };
    check('distill', distill, 'flow_l2', 'flow_l3', 'flow_l4');
  });
});
