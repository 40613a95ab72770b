import type { HostTensor } from '@vosvfi/core';
import { warpBackward } from '@vosvfi/ops';
import * as tf from '@vosvfi/runtime/tf';
import type { OracleCase } from '../case.js';
import { runFunction, storedInput, toStored } from './run-function.js';

/** The flow's gradient jumps where a coordinate is whole; the folder marks those pixels. */
function awayFromIntegers(name: string, tensors: ReadonlyMap<string, HostTensor>): Uint8Array | null {
  const near = tensors.get('aux.near_integer');
  if (name !== 'main.grad.flow' || near === undefined) return null;
  const pixels = near.shape[1]! * near.shape[2]!;
  return Uint8Array.from({ length: near.data.length * 2 }, (_, index) => {
    const sample = Math.floor(index / (2 * pixels));
    return near.data[sample * pixels + (index % pixels)] === 0 ? 1 : 0;
  });
}

/** The bilinear backward warp alone. */
export const oracleCase: OracleCase = {
  ids: ['warp'],
  keep: awayFromIntegers,
  run: async (context) => {
    const outputs = await runFunction(
      context,
      ({ image, flow, target }) => {
        const loss = (picture: tf.Tensor, motion: tf.Tensor): tf.Scalar =>
          tf.mean(tf.square(tf.sub(warpBackward(picture, motion), target!)));
        const { value, grads } = tf.valueAndGrads(loss)([image!, flow!]);
        return {
          out: warpBackward(image!, flow!),
          loss: value,
          'main.grad.img': grads[0]!,
          'main.grad.flow': grads[1]!,
          'zero_flow.out': warpBackward(image!, tf.zeros(flow!.shape)),
        };
      },
      {
        image: storedInput(context, 'in.img'),
        flow: storedInput(context, 'in.flow'),
        target: storedInput(context, 'in.target'),
      },
    );
    return { tensors: toStored(outputs) };
  },
};
