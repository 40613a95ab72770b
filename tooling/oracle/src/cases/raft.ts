import { type HostTensor, sizeOf } from '@vosvfi/core';
import { convexUpsample, correlationPyramid, lookupCorrelation, padCentered, resizeBilinear } from '@vosvfi/ops';
import * as tf from '@vosvfi/runtime/tf';
import type { OracleCase, OracleContext } from '../case.js';
import { runFunction, storedInput, toStored } from './run-function.js';

type Named = Readonly<Record<string, tf.Tensor>>;

/** Samples on each side of the centre, by folder. */
const radii: Readonly<Record<string, number>> = { raft: 4, raft_small: 3 };
const levels = 4;

/** Stored tensors that operators alone give; the others need the network. */
function isOperator(name: string): boolean {
  return name.startsWith('lookup.') || name === 'pad.sintel' || name === 'update.out.flow_up';
}

function lookup(context: OracleContext): (inputs: Named) => Record<string, tf.Tensor> {
  const radius = radii[context.id]!;
  return ({ fmap1, fmap2, coords }) => {
    const [, height, width] = fmap1!.shape as [number, number, number];
    const run = (first: tf.Tensor, second: tf.Tensor, at: tf.Tensor): tf.Tensor =>
      lookupCorrelation(correlationPyramid(first, second, { levels }), at, { radius });
    const loss = (...given: tf.Tensor[]): tf.Scalar => {
      const out = run(given[0]!, given[1]!, given[2]!);
      const weighted = tf.mul(out, tf.cos(tf.range(0, out.shape[3]!, 1, 'float32')));
      return tf.add(tf.mean(tf.square(weighted)), tf.mean(weighted));
    };
    const { value, grads } = tf.valueAndGrads(loss)([fmap1!, fmap2!, coords!]);
    const pyramid = correlationPyramid(fmap1!, fmap2!, { levels });
    return {
      'lookup.out': run(fmap1!, fmap2!, coords!),
      'lookup.loss': value,
      'lookup.grad.fmap1': grads[0]!,
      'lookup.grad.fmap2': grads[1]!,
      'lookup.grad.coords': grads[2]!,
      ...Object.fromEntries(
        pyramid.map((level, index) => {
          const [, , rows, columns] = level.shape;
          return [`lookup.pyramid${index}`, tf.reshape(level, [height, width, rows, columns])];
        }),
      ),
    };
  };
}

/** Upsampling of the stored flow: convex by the stored mask, or bilinear for the small network, which has no mask. */
function upsample({ flow, delta, mask }: Named): Record<string, tf.Tensor> {
  const coarse = tf.add(flow!, delta!);
  if (mask !== undefined) return { 'update.out.flow_up': convexUpsample(coarse, mask, 8) };
  const [, height, width] = coarse.shape as [number, number, number];
  const fine = resizeBilinear(coarse, [8 * height, 8 * width], { alignCorners: true });
  return { 'update.out.flow_up': tf.mul(fine, 8) };
}

function pads({ picture }: Named): Record<string, tf.Tensor> {
  return { 'pad.sintel': padCentered(picture!, 8).padded };
}

/** Pyramids are stored [y1, x1, y2, x2]: no channels to move. */
function toStoredLayout(outputs: Record<string, HostTensor>): Map<string, HostTensor> {
  const stored = toStored(outputs);
  for (const [name, tensor] of Object.entries(outputs)) {
    if (name.startsWith('lookup.pyramid')) stored.set(name, tensor);
  }
  return stored;
}

/** The coordinates' gradient is one-sided where a coordinate is whole on some level; the folder marks those. */
function awayFromIntegers(name: string, tensors: ReadonlyMap<string, HostTensor>): Uint8Array | null {
  const near = tensors.get('lookup.aux.near_integer');
  if (name !== 'lookup.grad.coords' || near === undefined) return null;
  const pixels = sizeOf(near.shape);
  return Uint8Array.from({ length: 2 * pixels }, (_, index) => (near.data[index % pixels] === 0 ? 1 : 0));
}

/** RAFT's operators: lookup in the correlation pyramid, upsampling and padding. */
export const oracleCase: OracleCase = {
  ids: ['raft', 'raft_small'],
  isInput: (name) => name.split('.').some((part) => part === 'in' || part === 'aux'),
  keep: awayFromIntegers,
  parts: { operators: isOperator },
  run: async (context) => {
    const inputs = {
      fmap1: storedInput(context, 'lookup.in.fmap1'),
      fmap2: storedInput(context, 'lookup.in.fmap2'),
      coords: storedInput(context, 'lookup.in.coords'),
      flow: storedInput(context, 'update.in.flow'),
      delta: storedInput(context, 'update.out.delta_flow'),
      ...(context.tensors.has('update.out.mask') ? { mask: storedInput(context, 'update.out.mask') } : {}),
      picture: storedInput(context, 'pad.in'),
    };
    const outputs = await runFunction(
      context,
      (given) => ({ ...lookup(context)(given), ...upsample(given), ...pads(given) }),
      inputs,
    );
    return {
      tensors: toStoredLayout(outputs),
      remarks: ['update.out.flow_up is computed from the stored delta_flow and mask'],
    };
  },
};
