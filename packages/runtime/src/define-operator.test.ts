import { hostTensor } from '@vosvfi/core';
import { describe, expect, it } from 'vitest';
import { compile } from './compile.js';
import { defineOperator } from './define-operator.js';
import * as tf from './tf.js';

/** floor(x / size) * size, whose lowering differs from its reference by an offset that shows which one ran. */
const quantize = defineOperator<{ size: number; trace: number }>({
  name: 'quantize',
  outputShape: ([shape]) => [...(shape as readonly number[])],
  reference: ([x], { size }) => tf.mul(tf.floor(tf.div(x as tf.Tensor, size)), size),
  lower: (graph, [x], { size, trace }) => {
    const steps = graph.node('Floor', [graph.node('Div', [x?.name as string, graph.float32([size], [])])]);
    return graph.node('Add', [graph.node('Mul', [steps, graph.float32([size], [])]), graph.float32([trace], [])]);
  },
});

function expectClose(actual: readonly number[] | undefined, expected: readonly number[]): void {
  for (const [i, value] of expected.entries()) expect(actual?.[i]).toBeCloseTo(value, 4);
}

const straightThrough = (x: tf.Tensor) =>
  tf.customGrad((value) => ({
    value: quantize([value as tf.Tensor], { size: 0.5, trace: 100 }),
    gradFunc: (dy: tf.Tensor) => dy,
  }))(x);

const fn = ({ x }: Readonly<Record<string, tf.Tensor>>) => ({
  y: straightThrough(x as tf.Tensor),
  slope: tf.grad((v: tf.Tensor) => tf.sum(tf.mul(straightThrough(v), v)))(x as tf.Tensor),
});

describe('defineOperator', () => {
  const x = hostTensor(Float32Array.of(0.2, 0.7), [2]);

  it('emits its nodes on the graph engine and runs its reference elsewhere', async () => {
    const values: number[][] = [];
    for (const engine of ['graph', 'cpu'] as const) {
      const compiled = await compile(fn, { x: { shape: [2] } }, { engine });
      const { y, slope } = await compiled.run({ x });
      values.push([...(y?.data ?? [])], [...(slope?.data ?? [])]);
      await compiled.dispose();
    }
    expect(values[0]).toEqual([100, 100.5]);
    expect(values[2]).toEqual([0, 0.5]);
    expectClose(values[1], [100.2, 101.2]);
    expectClose(values[3], [0.2, 1.2]);
  });

  it('says what is wrong when it is differentiated bare, on both kinds of engine', async () => {
    const bare = ({ x: v }: Readonly<Record<string, tf.Tensor>>) => ({
      slope: tf.grad((u: tf.Tensor) => tf.sum(quantize([u], { size: 1, trace: 0 })))(v as tf.Tensor),
    });
    const message = 'Operator "quantize" has no gradient';
    await expect(compile(bare, { x: { shape: [2] } })).rejects.toThrow(message);
    const eager = await compile(bare, { x: { shape: [2] } }, { engine: 'cpu' });
    await expect(eager.run({ x })).rejects.toThrow(message);
  });

  it('checks the declared shape against the nodes', async () => {
    const wrong = defineOperator<null>({
      name: 'wrong',
      outputShape: () => [3],
      reference: ([x0]) => x0 as tf.Tensor,
      lower: (graph, [x0]) => graph.node('Neg', [x0?.name as string]),
    });
    await expect(compile(({ x: v }) => ({ y: wrong([v as tf.Tensor], null) }), { x: { shape: [2] } })).rejects.toThrow(
      'Operator "wrong": its nodes give [2], its outputShape [3]',
    );
  });
});
