import type { HostTensor } from '@vosvfi/core';
import { type DeformConv2dOptions, deformConv2d } from '@vosvfi/ops';
import * as tf from '@vosvfi/runtime/tf';
import type { OracleCase, OracleContext } from '../case.js';
import { runFunction, storedInput, toStored } from './run-function.js';

/** Options of the stored cases; groups follow from the tensors. */
const cases: Readonly<Record<string, DeformConv2dOptions>> = {
  v1_plain: { padding: 1 },
  v1_groups: { padding: 1 },
  v2_plain: { padding: 1 },
  v2_offset_groups: { padding: 1 },
  v2_stride_dilation: { stride: 2, padding: 2, dilation: 2 },
  v2_rect: { stride: [1, 2], padding: [1, 0] },
  v2_1x1: {},
};

/** mean(out^2) + mean(out * c) with c_i = cos(0.37 i) over the stored order NCHW. */
function lossOf(out: tf.Tensor): tf.Scalar {
  const weights = Float32Array.from({ length: out.size }, (_, i) => Math.cos(0.37 * i));
  const planes = tf.transpose(out, [0, 3, 1, 2]);
  return tf.add(tf.mean(tf.square(planes)), tf.mean(tf.mul(planes, tf.tensor(weights, planes.shape))));
}

async function runCase(context: OracleContext, id: string): Promise<Map<string, HostTensor>> {
  // Of rank 4 like the pictures, but its layout stays.
  const weight = context.tensors.get(`${id}.in.weight`);
  if (weight === undefined) throw new Error(`${context.dir} stores no tensor "${id}.in.weight".`);
  const names = ['x', 'offset', 'weight', 'bias', ...(id.startsWith('v2') ? ['mask'] : [])];
  const inputs = Object.fromEntries(
    names.map((name) => [name, name === 'weight' ? weight : storedInput(context, `${id}.in.${name}`)]),
  );
  const outputs = await runFunction(
    context,
    (given) => {
      const convolve = (...[x, offset, kernel, bias, mask]: tf.Tensor[]): tf.Tensor =>
        deformConv2d(x!, { offset: offset!, mask }, kernel!, bias!, cases[id]);
      const operands = names.map((name) => given[name]!);
      const { value, grads } = tf.valueAndGrads((...at: tf.Tensor[]) => lossOf(convolve(...at)))(operands);
      const gradients = grads.map((grad, i) => [
        `${id}.grad.${names[i]}`,
        // Back to where `toStored` takes it from.
        names[i] === 'weight' ? tf.transpose(grad, [0, 2, 3, 1]) : grad,
      ]);
      return { [`${id}.out`]: convolve(...operands), [`${id}.loss`]: value, ...Object.fromEntries(gradients) };
    },
    inputs,
  );
  return toStored(outputs);
}

/** Deformable convolution alone. */
export const oracleCase: OracleCase = {
  ids: ['deform_conv'],
  isInput: (name) => name.includes('.in.'),
  run: async (context) => {
    const tensors = new Map<string, HostTensor>();
    for (const id of Object.keys(cases)) {
      for (const [name, tensor] of await runCase(context, id)) tensors.set(name, tensor);
    }
    return { tensors };
  },
};
