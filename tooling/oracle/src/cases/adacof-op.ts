import type { HostTensor } from '@vosvfi/core';
import { type AdacofMaps, adacof } from '@vosvfi/ops';
import * as tf from '@vosvfi/runtime/tf';
import type { OracleCase, OracleContext } from '../case.js';
import { runFunction, storedInput, toStored } from './run-function.js';

/** Dilations of the stored cases; the kernel's size follows from the maps. */
const dilations = { k5: 1, k3d2c5: 2, k11d2: 2 } as const;

const names = ['input', 'weight', 'alpha', 'beta'] as const;

/** One stored case: result, loss, exact gradients, and the official ones where they are stored apart. */
async function runCase(context: OracleContext, id: keyof typeof dilations): Promise<Map<string, HostTensor>> {
  const stored = (name: string): HostTensor => storedInput(context, `${id}.in.${name}`);
  const inputs = Object.fromEntries([...names, 'target'].map((name) => [name, stored(name)]));
  const hasOfficial = context.tensors.has(`${id}.official.grad.weight`);
  const outputs = await runFunction(
    context,
    (given) => {
      const operands = names.map((name) => given[name]!);
      const collect =
        (gradient: 'exact' | 'official') =>
        (input: tf.Tensor, weights: tf.Tensor, offsetsY: tf.Tensor, offsetsX: tf.Tensor): tf.Tensor => {
          const maps: AdacofMaps = { weights, offsetsY, offsetsX };
          return adacof(input, maps, { dilation: dilations[id], padding: 'none', gradient });
        };
      const gradientsOf = (gradient: 'exact' | 'official') =>
        tf.valueAndGrads((...at: tf.Tensor[]) => {
          const out = collect(gradient)(...(at as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor]));
          return tf.mean(tf.square(tf.sub(out, given.target!)));
        })(operands);
      const exact = gradientsOf('exact');
      const official = hasOfficial ? gradientsOf('official').grads : [];
      const named = (label: string, grads: tf.Tensor[]) =>
        grads.map((grad, i): [string, tf.Tensor] => [`${id}.${label}.grad.${names[i]}`, grad]);
      return {
        [`${id}.out`]: collect('exact')(...(operands as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor])),
        [`${id}.loss`]: exact.value,
        ...Object.fromEntries([...named('exact', exact.grads), ...named('official', official)]),
      };
    },
    inputs,
  );
  // Always zero, and not stored.
  delete outputs[`${id}.official.grad.input`];
  return toStored(outputs);
}

/** The operator of AdaCoF alone. */
export const oracleCase: OracleCase = {
  ids: ['adacof_op'],
  isInput: (name) => name.includes('.in.'),
  run: async (context) => {
    const tensors = new Map<string, HostTensor>();
    for (const id of ['k5', 'k3d2c5', 'k11d2'] as const) {
      for (const [name, tensor] of await runCase(context, id)) tensors.set(name, tensor);
    }
    return { tensors };
  },
};
