import { flowMargins } from '@vosvfi/models/flow';
import { correlationPyramid, lookupCorrelation, padReplicate } from '@vosvfi/ops';
import type { TensorFunction } from '@vosvfi/runtime';
import * as tf from '@vosvfi/runtime/tf';
import type { OracleContext } from '../case.js';
import { storedInput } from './run-function.js';

/** Stored tensors that operators alone give; the others need the network. */
export function isOperator(name: string): boolean {
  return name.startsWith('lookup.') || name.startsWith('pad.');
}

/** Inputs of {@link operatorsOf}. */
export function operatorInputs(context: OracleContext) {
  return {
    fmap1: storedInput(context, 'lookup.in.fmap1'),
    fmap2: storedInput(context, 'lookup.in.fmap2'),
    coords: storedInput(context, 'lookup.in.coords'),
    picture: storedInput(context, 'pad.in'),
  };
}

/** Look-up in the correlation pyramid with its gradients, and padding. */
export function operatorsOf({ levels, radius }: { readonly levels: number; readonly radius: number }): TensorFunction {
  const lookUp = (first: tf.Tensor, second: tf.Tensor, at: tf.Tensor): tf.Tensor =>
    lookupCorrelation(correlationPyramid(first, second, { levels }), at, { radius });
  const loss = (...given: tf.Tensor[]): tf.Scalar => {
    const out = lookUp(given[0]!, given[1]!, given[2]!);
    const weighted = tf.mul(out, tf.cos(tf.range(0, out.shape[3]!, 1, 'float32')));
    return tf.add(tf.mean(tf.square(weighted)), tf.mean(weighted));
  };
  return ({ fmap1, fmap2, coords, picture }) => {
    const [, rows, columns] = fmap1!.shape as [number, number, number];
    const { value, grads } = tf.valueAndGrads(loss)([fmap1!, fmap2!, coords!]);
    const [, height, width] = picture!.shape as [number, number, number];
    const pads = (['sintel', 'kitti'] as const).map((padding) => [
      `pad.${padding}`,
      padReplicate(picture!, flowMargins(height, width, { multiple: 8 }, padding)),
    ]);
    return {
      'lookup.out': lookUp(fmap1!, fmap2!, coords!),
      'lookup.loss': value,
      'lookup.grad.fmap1': grads[0]!,
      'lookup.grad.fmap2': grads[1]!,
      'lookup.grad.coords': grads[2]!,
      ...pyramidOutputs('lookup.pyramid', correlationPyramid(fmap1!, fmap2!, { levels }), [rows, columns]),
      ...Object.fromEntries(pads),
    };
  };
}

/** Levels of a pyramid of one pair, as they are stored: [y1, x1, y2, x2]. */
export function pyramidOutputs(
  name: string,
  pyramid: readonly tf.Tensor4D[],
  [height, width]: readonly [number, number],
): Record<string, tf.Tensor> {
  return Object.fromEntries(
    pyramid.map((level, index) => {
      const [, , rows, columns] = level.shape;
      return [`${name}${index}`, tf.reshape(level, [height, width, rows, columns])];
    }),
  );
}
