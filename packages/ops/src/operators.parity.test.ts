import type { HostTensor } from '@vosvfi/core';
import * as tf from '@vosvfi/runtime/tf';
import { readFixture, relativeL2, relativeL2ToStored, toChannelsFirst, toChannelsLast } from '@vosvfi/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { runOn } from '../test/run-both.js';
import { convexUpsample } from './convex-upsample.js';
import { correlationPyramid } from './correlation-pyramid.js';
import { lookupCorrelation } from './lookup-correlation.js';
import { roiAlign, roiResize } from './roi.js';
import { spectralNorm } from './spectral-norm.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

/** Stored tensors of one fixture; pictures are NCHW in it. */
class Fixture {
  readonly #tensors: Map<string, HostTensor>;

  constructor(tensors: Map<string, HostTensor>) {
    this.#tensors = tensors;
  }

  static async read(name: string): Promise<Fixture> {
    return new Fixture(await readFixture(new URL(`../test/fixtures/${name}.safetensors`, import.meta.url)));
  }

  host(name: string): HostTensor {
    const tensor = this.#tensors.get(name);
    if (tensor === undefined) throw new Error(`The fixture has no "${name}".`);
    return tensor;
  }

  plain(name: string): tf.Tensor {
    const { data, shape } = this.host(name);
    return tf.tensor(data, [...shape]);
  }

  picture(name: string): tf.Tensor {
    const { data, shape } = toChannelsLast(this.host(name));
    return tf.tensor(data, [...shape]);
  }

  pictureError(actual: tf.Tensor, name: string): number {
    return relativeL2ToStored(toChannelsFirst(toHost(actual)), this.host(name));
  }

  plainError(actual: tf.Tensor, name: string): number {
    return relativeL2ToStored(toHost(actual), this.host(name));
  }
}

function toHost(x: tf.Tensor): HostTensor {
  return { data: x.dataSync() as Float32Array, shape: x.shape, dtype: 'float32' };
}

describe('lookupCorrelation and convexUpsample against the official RAFT', () => {
  it('give the same samples and gradients', async () => {
    const fixture = await Fixture.read('raft-lookup');
    const inputs = ['in.fmap1', 'in.fmap2', 'in.coords'].map((name) => fixture.picture(name));
    const lookup = (...given: tf.Tensor[]): tf.Tensor4D =>
      lookupCorrelation(correlationPyramid(given[0]!, given[1]!), given[2]!, { radius: 3 });
    const loss = (...given: tf.Tensor[]): tf.Scalar => {
      const out = lookup(...given);
      const weighted = tf.mul(out, tf.cos(tf.range(0, out.shape[3], 1, 'float32')));
      return tf.add(tf.mean(tf.square(weighted)), tf.mean(weighted));
    };
    // Eagerly, this many small ops take long.
    const { out, dFirst, dSecond, dCoords } = await runOn(
      'graph',
      ({ first, second, coords }) => {
        const given = [first!, second!, coords!];
        const [dFmap1, dFmap2, dAt] = tf.grads(loss)(given);
        return { out: lookup(...given), dFirst: dFmap1!, dSecond: dFmap2!, dCoords: dAt! };
      },
      { first: inputs[0]!, second: inputs[1]!, coords: inputs[2]! },
    );
    const error = (actual: HostTensor, name: string): number =>
      relativeL2ToStored(toChannelsFirst(actual), fixture.host(name));
    expect(error(out!, 'out')).toBeLessThan(2e-6);
    expect(error(dFirst!, 'grad.fmap1')).toBeLessThan(2e-6);
    expect(error(dSecond!, 'grad.fmap2')).toBeLessThan(2e-6);
    const near = fixture.host('aux.near_integer').data;
    const keep = Uint8Array.from({ length: 2 * near.length }, (_, index) => 1 - near[index % near.length]!);
    const expected = fixture.host('grad.coords');
    expect(relativeL2(toChannelsFirst(dCoords!).data, expected.data, keep)).toBeLessThan(5e-6);
  });

  it('upsample alike', async () => {
    const fixture = await Fixture.read('raft-upsample');
    const coarse = tf.add(fixture.picture('in.flow'), fixture.picture('out.delta_flow'));
    expect(fixture.pictureError(convexUpsample(coarse, fixture.picture('out.mask'), 8), 'out.flow_up')).toBeLessThan(
      1e-6,
    );
  });
});

describe('roiAlign and roiResize against torchvision', () => {
  const weighted = (out: tf.Tensor): tf.Scalar => {
    const planes = tf.reshape(tf.transpose(out, [0, 3, 1, 2]), [out.size]);
    const weights = tf.tensor1d(Float32Array.from({ length: out.size }, (_, index) => Math.cos(0.37 * index)));
    return tf.add(tf.mean(tf.square(planes)), tf.mean(tf.mul(planes, weights)));
  };
  const six: [number, number] = [6, 5];

  it.each([
    ['align1_srauto_6x5', (x: tf.Tensor, boxes: tf.Tensor) => roiAlign(x, boxes, { size: six, aligned: true })],
    ['align0_srauto_6x5', (x: tf.Tensor, boxes: tf.Tensor) => roiAlign(x, boxes, { size: six })],
    [
      'align1_sr2_6x5',
      (x: tf.Tensor, boxes: tf.Tensor) => roiAlign(x, boxes, { size: six, aligned: true, samplingRatio: 2 }),
    ],
    ['align0_sr1_8x8', (x: tf.Tensor, boxes: tf.Tensor) => roiAlign(x, boxes, { size: [8, 8], samplingRatio: 1 })],
    ['formula_7x9', (x: tf.Tensor, boxes: tf.Tensor) => roiResize(x, tf.slice(boxes, [0, 0], [6, 5]), [7, 9])],
  ])('gives the same regions and gradient (%s)', async (name, resize) => {
    const fixture = await Fixture.read('roi');
    const [x, boxes] = [fixture.picture('in.x'), fixture.plain('in.boxes')];
    expect(fixture.pictureError(resize(x, boxes), `${name}.out`)).toBeLessThan(1e-6);
    const gradient = tf.grad((given: tf.Tensor) => weighted(resize(given, boxes)))(x);
    expect(fixture.pictureError(gradient, `${name}.grad.x`)).toBeLessThan(5e-6);
  });
});

describe('spectralNorm against PyTorch', () => {
  it.each([
    ['conv_it3', { iterations: 3 }],
    ['deconv', { outputAxis: 1 }],
  ] as const)('gives the same weight, sigma and vectors for three steps (%s)', async (name, options) => {
    const fixture = await Fixture.read('spectral-norm');
    const weight = fixture.plain(`${name}.in.weight_orig`);
    let state = { u: fixture.plain(`${name}.in.u`), v: fixture.plain(`${name}.in.v`) };
    for (const step of ['step1', 'step2', 'step3']) {
      const result = spectralNorm(weight, state, options);
      for (const key of ['weight', 'sigma', 'u', 'v'] as const) {
        expect(fixture.plainError(result[key], `${name}.${step}.${key}`), `${step} ${key}`).toBeLessThan(2e-6);
      }
      state = { u: result.u, v: result.v };
    }
    const { sigma } = spectralNorm(weight, state, { ...options, iterations: 200 });
    expect(fixture.plainError(sigma, `${name}.true_sigma`)).toBeLessThan(1e-5);
  });
});
