import type { HostTensor } from '@vosvfi/core';
import { type SplatOptions, splatForward } from '@vosvfi/ops';
import * as tf from '@vosvfi/runtime/tf';
import type { OracleCase, OracleContext } from '../case.js';
import { runFunction, storedInput, toStored } from './run-function.js';

type Named = Readonly<Record<string, tf.Tensor>>;

/** Stored names of the modes, and what they mean. `metric` names the stored importance. */
const modes: Readonly<Record<string, Omit<SplatOptions, 'metric'> & { readonly metric?: string }>> = {
  sum: { mode: 'sum' },
  avg: { mode: 'average' },
  linear: { mode: 'linear', metric: 'metric_linear' },
  linear_zeroeps: { mode: 'linear', epsilon: 'zero', metric: 'metric_linear' },
  soft: { mode: 'softmax', metric: 'metric' },
  soft_addeps: { mode: 'softmax', epsilon: 'add', metric: 'metric' },
  soft_zeroeps: { mode: 'softmax', epsilon: 'zero', metric: 'metric' },
  soft_clipeps: { mode: 'softmax', epsilon: 'clip', metric: 'metric' },
};

function splat(name: string, image: tf.Tensor, flow: tf.Tensor, importance: tf.Tensor | undefined): tf.Tensor4D {
  const { metric: _, ...options } = modes[name]!;
  return splatForward(image, flow, importance === undefined ? options : { ...options, metric: importance });
}

function runMode(name: string, inputs: Named): Record<string, tf.Tensor> {
  const metric = modes[name]!.metric;
  const names = ['image', 'flow', ...(metric === undefined ? [] : [metric])];
  const given = names.map((key) => inputs[key]!);
  const loss = (image: tf.Tensor, flow: tf.Tensor, importance?: tf.Tensor): tf.Scalar =>
    tf.mean(tf.square(tf.sub(splat(name, image, flow, importance), inputs.target!)));
  const { value, grads } = tf.valueAndGrads(loss)(given);
  return {
    [`${name}.out`]: splat(name, given[0]!, given[1]!, given[2]),
    [`${name}.loss`]: value,
    ...Object.fromEntries(names.map((key, index) => [`${name}.grad.${key}`, grads[index]!])),
  };
}

/** The stored flow with NaN and infinities where the folder's notes say. */
function withNonfinite(context: OracleContext): HostTensor {
  const { shape, data } = storedInput(context, 'in.flow');
  const [batch, height, width] = shape as [number, number, number, number];
  const changed = Float32Array.from(data);
  for (let sample = 0; sample < batch; sample++) {
    const put = (row: number, axis: number, value: number): void => {
      changed[((sample * height + row) * width + row) * 2 + axis] = value;
    };
    if (sample === 0) {
      put(2, 0, Number.NaN);
      put(3, 1, Number.POSITIVE_INFINITY);
    }
    if (sample === batch - 1) put(4, 0, Number.NEGATIVE_INFINITY);
  }
  return { data: changed, shape, dtype: 'float32' };
}

/** The flow's gradient is one-sided where a pixel lands on another; the folder marks those pixels. */
function awayFromIntegers(name: string, tensors: ReadonlyMap<string, HostTensor>): Uint8Array | null {
  const near = tensors.get('aux.near_integer');
  if (!name.endsWith('.grad.flow') || near === undefined) return null;
  const pixels = near.shape[1]! * near.shape[2]!;
  return Uint8Array.from({ length: near.data.length * 2 }, (_, index) => {
    const sample = Math.floor(index / (2 * pixels));
    return near.data[sample * pixels + (index % pixels)] === 0 ? 1 : 0;
  });
}

/** Forward splatting in every mode. */
export const oracleCase: OracleCase = {
  ids: ['softsplat'],
  keep: awayFromIntegers,
  run: async (context) => {
    const outputs = await runFunction(
      context,
      (inputs) => {
        const { image, flow, nonfinite } = inputs as Record<string, tf.Tensor>;
        const [batch, height, width] = image!.shape as [number, number, number, number];
        const ones = tf.ones([batch, height, width, 1]);
        const average = splatForward(ones, flow!, { mode: 'average' });
        return {
          ...Object.assign({}, ...Object.keys(modes).map((name) => runMode(name, inputs))),
          'ones.sum': splatForward(ones, flow!, { mode: 'sum' }),
          'ones.avg': average,
          'ones.mask_le_half': tf.cast(tf.lessEqual(average, 0.5), 'int32'),
          'zero_flow.soft': splat('soft', image!, tf.zerosLike(flow!), inputs.metric),
          'nonfinite.sum': splat('sum', image!, nonfinite!, undefined),
        };
      },
      {
        ...Object.fromEntries(
          ['image', 'flow', 'metric', 'metric_linear', 'target'].map((name) => [
            name,
            storedInput(context, `in.${name}`),
          ]),
        ),
        nonfinite: withNonfinite(context),
      },
    );
    return { tensors: toStored(outputs) };
  },
};
