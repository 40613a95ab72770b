import { compile } from '@vosvfi/runtime';
import * as tf from '@vosvfi/runtime/tf';
import { relativeL2 } from '@vosvfi/testing';
import { expect } from 'vitest';

/** What {@link expectSameOnEngines} compares. */
export interface EngineComparison {
  /** Compare the gradients of a fixed weighting of the result as well. Default true. */
  readonly isGradientCompared?: boolean;
}

/**
 * Fails unless the graph engine gives what tfjs `cpu` gives, result and gradients of all inputs.
 * @returns The results of both, cpu first.
 */
export async function expectSameOnEngines(
  fn: (...inputs: tf.Tensor[]) => tf.Tensor,
  inputs: readonly tf.Tensor[],
  tolerance: number,
  { isGradientCompared = true }: EngineComparison = {},
): Promise<Float32Array[]> {
  const hosts = Object.fromEntries(
    inputs.map((x, i) => [`x${i}`, { data: x.dataSync() as Float32Array, shape: x.shape, dtype: 'float32' as const }]),
  );
  const run = async (engine: 'cpu' | 'graph') => {
    const compiled = await compile(
      (given) => {
        const operands = inputs.map((_, i) => given[`x${i}`]!);
        const out = fn(...operands);
        if (!isGradientCompared) return { out };
        const dy = tf.tensor(
          Float32Array.from({ length: out.size }, (_, i) => Math.cos(0.37 * i)),
          out.shape,
        );
        const gradients = tf.grads(fn)(operands, dy);
        return { out, ...Object.fromEntries(gradients.map((gradient, i) => [`d${i}`, gradient])) };
      },
      hosts,
      { engine },
    );
    const outputs = await compiled.run(hosts);
    await compiled.dispose();
    return outputs;
  };
  const [eager, graph] = [await run('cpu'), await run('graph')];
  for (const name of Object.keys(eager)) {
    expect(relativeL2(graph[name]!.data, eager[name]!.data), name).toBeLessThan(tolerance);
  }
  return [eager.out!.data as Float32Array, graph.out!.data as Float32Array];
}
