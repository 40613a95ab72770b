import * as tf from '../../tf.js';
import { lowering } from '../lowering.js';

interface Operands {
  readonly a: tf.TensorInfo;
  readonly b: tf.TensorInfo;
}

function comparison(kernel: string, opType: string, negate = false): tf.KernelConfig {
  return lowering<Operands>(kernel, (call, { a, b }) => {
    const common = tf.upcastType(a.dtype, b.dtype);
    // Order on bool is not defined in ONNX, equality is.
    const dtype = common === 'float32' ? 'float32' : common === 'bool' && opType === 'Equal' ? 'bool' : 'int32';
    const value = call.graph.node(opType, [call.as(a, dtype), call.as(b, dtype)]);
    return call.result(negate ? call.graph.node('Not', [value]) : value);
  });
}

function logical(kernel: string, opType: string): tf.KernelConfig {
  return lowering<Operands>(kernel, (call, { a, b }) =>
    call.result(call.graph.node(opType, [call.as(a, 'bool'), call.as(b, 'bool')])),
  );
}

/** Comparisons, logic and selection. */
export const comparisonKernels = [
  comparison('Equal', 'Equal'),
  comparison('NotEqual', 'Equal', true),
  comparison('Greater', 'Greater'),
  comparison('GreaterEqual', 'GreaterOrEqual'),
  comparison('Less', 'Less'),
  comparison('LessEqual', 'LessOrEqual'),
  logical('LogicalAnd', 'And'),
  logical('LogicalOr', 'Or'),
  logical('LogicalXor', 'Xor'),
  lowering<{ x: tf.TensorInfo }>('LogicalNot', (call, { x }) =>
    call.result(call.graph.node('Not', [call.as(x, 'bool')])),
  ),
  lowering<{ condition: tf.TensorInfo; t: tf.TensorInfo; e: tf.TensorInfo }>('Select', (call, { condition, t, e }) => {
    const dtype = tf.upcastType(t.dtype, e.dtype);
    const work = dtype === 'float32' ? 'float32' : 'int32';
    // A condition of rank 1 picks whole rows.
    const chosen = call.as(condition, 'bool');
    const rows = condition.shape.length === 1 && t.shape.length > 1;
    const mask = rows ? call.reshape(chosen, [condition.shape[0] as number, ...t.shape.slice(1).fill(1)]) : chosen;
    const value = call.graph.node('Where', [mask, call.as(t, work), call.as(e, work)]);
    return call.result(dtype === 'bool' ? call.cast(value, 'bool') : value);
  }),
];
