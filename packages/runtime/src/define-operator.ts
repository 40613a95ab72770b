import { UnsupportedError } from '@vosvfi/core';
import { sameShape } from './graph/broadcast.js';
import type { GraphBuilder, GraphValue } from './graph/builder.js';
import * as tf from './tf.js';
import { GRAPH_BACKEND } from './trace/graph-backend-name.js';
import { KernelCall } from './trace/lowering.js';
import { traceBackend } from './trace/register.js';

/** An operator with an ONNX form of its own beside its TensorFlow.js form. */
export interface OperatorDefinition<A> {
  /** Names the operator in errors. */
  readonly name: string;
  /** Shape of the float32 result. */
  outputShape(shapes: readonly (readonly number[])[], attributes: A): number[];
  /** The same function with tfjs ops: what eager engines run, and what the lowering is tested against. */
  reference(inputs: readonly tf.Tensor[], attributes: A): tf.Tensor;
  /** Emits ONNX nodes (opset 22) and returns the name of the result. */
  lower(graph: GraphBuilder, inputs: readonly GraphValue[], attributes: A): string;
}

/**
 * Makes an operator that emits `lower`'s nodes where a function is being compiled for engine `graph`, and runs
 * `reference` everywhere else. It has no gradient: wrap it in `tf.customGrad`.
 *
 * The function throws UnsupportedError when it is differentiated without such a wrapper.
 */
export function defineOperator<A>(
  operator: OperatorDefinition<A>,
): (inputs: readonly tf.Tensor[], attributes: A) => tf.Tensor {
  return (inputs, attributes) => {
    const run = tf.customGrad((...args) => ({
      value:
        tf.getBackend() === GRAPH_BACKEND
          ? lowered(operator, inputs, attributes)
          : operator.reference(args.slice(0, inputs.length) as tf.Tensor[], attributes),
      gradFunc: () => {
        throw new UnsupportedError(`Operator "${operator.name}" has no gradient of its own.`, {
          hint: 'Wrap the call in tf.customGrad.',
        });
      },
    }));
    return run(...inputs);
  };
}

function lowered<A>(operator: OperatorDefinition<A>, inputs: readonly tf.Tensor[], attributes: A): tf.Tensor {
  const call = new KernelCall(traceBackend(), operator.name);
  const values = inputs.map((tensor) => ({
    name: call.name(tensor),
    shape: tensor.shape,
    dtype: tensor.dtype as GraphValue['dtype'],
  }));
  const shape = operator.outputShape(
    inputs.map((tensor) => tensor.shape),
    attributes,
  );
  const result = operator.lower(call.graph, values, attributes);
  const inferred = call.graph.info(result);
  if (inferred === undefined) call.graph.declare(result, { shape, dtype: 'float32' });
  else if (!sameShape(inferred.shape, shape)) {
    throw new Error(
      `Operator "${operator.name}": its nodes give [${inferred.shape.join(', ')}], its outputShape [${shape.join(', ')}].`,
    );
  }
  return tf.engine().makeTensorFromTensorInfo(call.result(result));
}
