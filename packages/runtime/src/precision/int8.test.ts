import { ConfigError, createRandom, type HostTensor, hostTensor, sizeOf, UnsupportedError } from '@vosvfi/core';
import { describe, expect, it } from 'vitest';
import { compile } from '../compile.js';
import type { TensorFunction } from '../engine.js';
import type { Graph } from '../graph/graph.js';
import { optimize } from '../passes/optimize.js';
import * as tf from '../tf.js';
import { trace } from '../trace/trace.js';
import { calibrate } from './calibrate.js';
import { parseCalibration } from './calibration.js';
import { lowerPrecision } from './lower-precision.js';
import type { RangeRule } from './range-rules.js';

const shape = [1, 12, 10, 3];
const signature = { x: { shape } };

function noise(seed: number, shape: readonly number[], low = -1, high = 1): HostTensor {
  const random = createRandom(seed);
  return hostTensor(
    Float32Array.from({ length: sizeOf(shape) }, () => random.uniform(low, high)),
    shape,
  );
}

/** Output channels of very different size, as trained networks have. */
function unequalWeights(): Map<string, HostTensor> {
  const weights = new Map([
    ['first.weight', noise(1, [16, 3, 3, 3], -0.4, 0.4)],
    ['first.bias', noise(2, [16], -0.2, 0.2)],
    ['first.slope', noise(3, [16], -0.1, 0.9)],
    ['body.weight', noise(4, [16, 16, 3, 3], -0.1, 0.1)],
    ['side.weight', noise(5, [4, 4, 3, 3], -0.2, 0.2)],
    ['side.slope', noise(6, [4], 0.1, 0.4)],
    ['last.slope', noise(7, [16], 0.1, 0.4)],
    ['head.weight', noise(8, [2, 16, 3, 3], -0.1, 0.1)],
  ]);
  const body = weights.get('body.weight') as HostTensor;
  body.data.forEach((value, index) => {
    body.data[index] = value * 2 ** -(Math.floor(index / 144) % 6);
  });
  return weights;
}

const weights = unequalWeights();

function convolve(x: tf.Tensor, weights: ReadonlyMap<string, tf.Tensor>, key: string): tf.Tensor {
  const filter = tf.transpose(weights.get(key) as tf.Tensor, [2, 3, 1, 0]) as tf.Tensor4D;
  return tf.conv2d(x as tf.Tensor4D, filter, 1, 1);
}

/** A residual block in which some channels take one convolution more, with a head: every kind of node that has a form in bytes. */
const network: TensorFunction = ({ x }, w) => {
  const slope = (key: string) => w.get(key) as tf.Tensor;
  const biased = tf.add(convolve(x as tf.Tensor, w, 'first.weight'), w.get('first.bias') as tf.Tensor);
  const first = tf.prelu(biased, slope('first.slope'));
  const [main, side] = tf.split(convolve(first, w, 'body.weight'), [12, 4], 3) as [tf.Tensor, tf.Tensor];
  const joined = tf.concat([main, tf.prelu(convolve(side, w, 'side.weight'), slope('side.slope'))], 3);
  const body = tf.prelu(tf.add(first, joined), slope('last.slope'));
  return { body, head: convolve(body, w, 'head.weight') };
};

const inputs = { x: noise(20, shape) };

async function run(rule?: RangeRule, keepFloat: readonly string[] = []): Promise<Record<string, HostTensor>> {
  const options = { weights, ...(rule === undefined ? {} : { rule }) };
  // The input itself is among them: values beyond the calibrated range are cut, which is another error.
  const calibration = await calibrate(
    network,
    signature,
    [inputs, { x: noise(21, shape) }, { x: noise(22, shape) }],
    options,
  );
  const compiled = await compile(network, signature, { weights, precision: { kind: 'int8', calibration, keepFloat } });
  const outputs = await compiled.run(inputs);
  await compiled.dispose();
  return outputs;
}

async function runFloat(): Promise<Record<string, HostTensor>> {
  const compiled = await compile(network, signature, { weights });
  const outputs = await compiled.run(inputs);
  await compiled.dispose();
  return outputs;
}

/** Root mean square of the difference over that of the values. */
function relativeError(found: HostTensor, expected: HostTensor): number {
  let [difference, size] = [0, 0];
  expected.data.forEach((value, index) => {
    difference += (value - (found.data[index] as number)) ** 2;
    size += value ** 2;
  });
  return Math.sqrt(difference / size);
}

async function int8Graph(keepFloat: readonly string[] = []): Promise<Graph> {
  const calibration = await calibrate(network, signature, [inputs], { weights });
  const graph = optimize(trace(network, signature, weights));
  return lowerPrecision(graph, weights, { kind: 'int8', calibration, keepFloat });
}

function countOperators(graph: Graph): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { opType } of graph.nodes) counts.set(opType, (counts.get(opType) ?? 0) + 1);
  return counts;
}

describe('int8', () => {
  it.each<[RangeRule | undefined]>([[undefined], ['mse'], [{ percentile: 99.9 }]])(
    'is within a few percent of float32, ranges by %o',
    async (rule) => {
      const [expected, found] = [await runFloat(), await run(rule)];
      for (const name of ['body', 'head']) {
        const error = relativeError(found[name] as HostTensor, expected[name] as HostTensor);
        expect(error, name).toBeLessThan(0.04);
        expect(error, name).toBeGreaterThan(0);
      }
    },
  );

  it('keeps the whole block in bytes', async () => {
    const counts = countOperators(await int8Graph());
    // Four convolutions, and one for each PReLU.
    expect(counts.get('com.microsoft:QLinearConv')).toBe(7);
    expect(counts.get('com.microsoft:QLinearAdd')).toBe(4);
    expect(counts.get('com.microsoft:QLinearConcat')).toBe(1);
    expect(counts.get('QuantizeLinear')).toBe(1);
    expect([counts.get('Conv'), counts.get('PRelu'), counts.get('Add')]).toEqual([undefined, undefined, undefined]);
  });

  it('leaves convolutions float32 that it is told to', async () => {
    const graph = await int8Graph(['head']);
    const kept = graph.nodes.filter(({ opType }) => opType === 'Conv');
    expect(kept).toHaveLength(1);
    expect(graph.constants.get(kept[0]?.inputs[1] as string)?.data).toEqual(weights.get('head.weight')?.data);
    const allKept = await run(undefined, ['first', 'body', 'side', 'head']);
    const expected = await runFloat();
    expect(allKept.body?.data).toEqual(expected.body?.data);
    expect(allKept.head?.data).toEqual(expected.head?.data);
  });

  it('gives the same twice', async () => {
    const [first, second] = [await run(), await run()];
    expect(first.head?.data).toEqual(second.head?.data);
  });

  it('takes slopes above 1 in float32', async () => {
    const steep: TensorFunction = ({ x }, w) => ({
      y: tf.prelu(convolve(x as tf.Tensor, w, 'first.weight'), tf.mul(w.get('first.slope') as tf.Tensor, 2)),
    });
    const calibration = await calibrate(steep, signature, [inputs], { weights });
    const compiled = await compile(steep, signature, { weights, precision: { kind: 'int8', calibration } });
    const exact = await compile(steep, signature, { weights });
    const [found, expected] = [await compiled.run(inputs), await exact.run(inputs)];
    expect(relativeError(found.y as HostTensor, expected.y as HostTensor)).toBeLessThan(0.02);
    await Promise.all([compiled.dispose(), exact.dispose()]);
  });

  it('takes a calibration from another frame size, and from a file', async () => {
    const large = [1, 24, 20, 3];
    const calibration = await calibrate(network, { x: { shape: large } }, [{ x: noise(23, large) }], { weights });
    const read = parseCalibration(JSON.parse(JSON.stringify(calibration)));
    expect(read).toEqual(calibration);
    const precision = { kind: 'int8', calibration: read } as const;
    const compiled = await compile(network, signature, { weights, precision });
    const { head } = await compiled.run(inputs);
    const { head: expected } = await runFloat();
    expect(relativeError(head as HostTensor, expected as HostTensor)).toBeLessThan(0.04);
    await compiled.dispose();
  });
});

describe('errors of int8', () => {
  it('name what is wrong with a calibration', async () => {
    await expect(calibrate(network, signature, [], { weights })).rejects.toThrow(
      'calibration inputs: expected at least one, found none.',
    );
    await expect(calibrate(network, signature, [inputs], { weights, rule: { percentile: 10 } })).rejects.toThrow(
      'rule.percentile: expected more than 50 and at most 100, found 10.',
    );
    const other: TensorFunction = ({ x }, w) => ({ y: convolve(x as tf.Tensor, w, 'first.weight') });
    const calibration = await calibrate(other, signature, [inputs], { weights });
    const compiling = compile(network, signature, { weights, precision: { kind: 'int8', calibration } });
    await expect(compiling).rejects.toThrow('precision.calibration: it has ranges of 2 values and the function');
  });

  it.each([
    [null, 'calibration: expected an object'],
    [{ format: 'x' }, 'calibration.format: expected "vosvfi-calibration", found "x"'],
    [{ format: 'vosvfi-calibration', version: 2 }, 'calibration.version: expected 1, found 2'],
    [{ format: 'vosvfi-calibration', version: 1, ranges: [], more: 1 }, 'calibration.more: is not known'],
    [{ format: 'vosvfi-calibration', version: 1, ranges: [{ low: [1], high: [0] }] }, 'calibration.ranges.0: expected'],
    [{ format: 'vosvfi-calibration', version: 1, ranges: [{ low: ['1'], high: [0] }] }, 'calibration.ranges.0.low'],
  ])('name what is wrong with the file %o', (document, message) => {
    expect(() => parseCalibration(document)).toThrow(ConfigError);
    expect(() => parseCalibration(document)).toThrow(message);
  });

  it('name weights and engines that do not exist', async () => {
    const calibration = await calibrate(network, signature, [inputs], { weights });
    const precision = { kind: 'int8', calibration } as const;
    await expect(
      compile(network, signature, { weights, precision: { ...precision, keepFloat: ['tail'] } }),
    ).rejects.toThrow('precision.keepFloat: no weight is called "tail" or begins with "tail.".');
    for (const engine of ['cpu', 'graph-webgpu'] as const) {
      const compiling = Promise.resolve().then(() => compile(network, signature, { weights, precision, engine }));
      await expect(compiling).rejects.toThrow(UnsupportedError);
      await expect(compiling).rejects.toThrow(`Engine ${engine} has no precision int8.`);
    }
  });
});
