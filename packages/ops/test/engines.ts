import type { TensorFunction } from '@vosvfi/runtime';
import * as tf from '@vosvfi/runtime/tf';
import { relativeL2 } from '@vosvfi/testing';
import { expect } from 'vitest';
import { runOn } from './run-both.js';

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
  const tensors = Object.fromEntries(inputs.map((x, i) => [`x${i}`, x]));
  const differentiated: TensorFunction = (given) => {
    const operands = inputs.map((_, i) => given[`x${i}`]!);
    const out = fn(...operands);
    if (!isGradientCompared) return { out };
    const factors = Float32Array.from({ length: out.size }, (_, i) => Math.cos(0.37 * i));
    const gradients = tf.grads(fn)(operands, tf.tensor(factors, out.shape));
    return { out, ...Object.fromEntries(gradients.map((gradient, i) => [`d${i}`, gradient])) };
  };
  const [eager, graph] = [await runOn('cpu', differentiated, tensors), await runOn('graph', differentiated, tensors)];
  for (const name of Object.keys(eager)) {
    expect(relativeL2(graph[name]!.data, eager[name]!.data), name).toBeLessThan(tolerance);
  }
  return [eager.out!.data as Float32Array, graph.out!.data as Float32Array];
}
