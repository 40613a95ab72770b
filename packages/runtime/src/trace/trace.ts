import type { WeightMap } from '@vosvfi/core';
import { explainKernelError, withBackend } from '../backend-scope.js';
import { assertTensors } from '../check-outputs.js';
import type { Signature, TensorFunction } from '../engine.js';
import { GraphAssembler } from '../graph/builder.js';
import type { Graph, GraphPort } from '../graph/graph.js';
import * as tf from '../tf.js';
import { GRAPH_BACKEND } from './graph-backend-name.js';
import { traceBackend } from './register.js';

/**
 * Records what `fn` computes as a graph: inputs of `signature`, outputs under the names that `fn` gives, `weights` as
 * constants.
 * @throws UnsupportedError if `fn` calls a kernel that has no lowering or reads a value.
 */
export function trace(fn: TensorFunction, signature: Signature, weights: WeightMap = new Map()): Graph {
  const backend = traceBackend();
  const graph = new GraphAssembler();
  try {
    const outputs = withBackend(GRAPH_BACKEND, () =>
      backend.during(graph, () => scoped(() => record(fn, signature, weights, graph))),
    );
    return graph.finish(outputs);
  } catch (error) {
    throw explainKernelError(error, 'graph');
  }
}

/** Frees everything made inside; unlike tf.tidy, the result need not be tensors. */
export function scoped<T>(body: () => T): T {
  tf.engine().startScope();
  try {
    return body();
  } finally {
    tf.engine().endScope();
  }
}

function record(fn: TensorFunction, signature: Signature, weights: WeightMap, graph: GraphAssembler): GraphPort[] {
  const backend = traceBackend();
  const inputs = Object.entries(signature).map(([name, { shape, dtype = 'float32' }]) => {
    const value = graph.input(name, { shape, dtype });
    return [name, tf.engine().makeTensorFromTensorInfo(backend.wrap(value, shape, dtype, `input "${name}"`))] as const;
  });
  const constants = [...weights].map(
    ([key, { data, shape, dtype }]) => [key, tf.tensor(data, [...shape], dtype)] as const,
  );
  const results: unknown = fn(Object.fromEntries(inputs), new Map(constants));
  assertTensors(results, fn.name);
  return Object.entries(results).map(([name, tensor]) => ({ name, value: backend.nameOf(tensor) }));
}
