import { conv2d, prelu, resizeBilinear } from '@vosvfi/ops';
import { type ParameterSpec, type TensorWeights, weightOf } from '@vosvfi/runtime';
import * as tf from '@vosvfi/runtime/tf';
import type { EstimatorScope } from '../adacof/estimator.js';
import type { MakeConvolution } from '../convolution-parameters.js';
import { constant } from '../initialization.js';

/** What a block does to the size: nothing, halve or double it. */
export type GridBlockKind = 'lateral' | 'down' | 'up';

/** A block of a {@link GridNet}: rectifier and 3x3 convolution, twice. */
export interface GridBlock {
  readonly kind: GridBlockKind;
  readonly inputs: number;
  readonly outputs: number;
}

/** PyTorch's initial slope of a PReLU. */
const initialSlope = 0.25;

/** Place of a block's first rectifier in its list of layers: an upward one starts with a layer without weights. */
function firstLayer(kind: GridBlockKind): number {
  return kind === 'up' ? 1 : 0;
}

/** Parameters of the block called `key`. */
export function gridBlockParameters(make: MakeConvolution, key: string, block: GridBlock): ParameterSpec[] {
  const { kind, inputs, outputs } = block;
  const first = firstLayer(kind);
  const slope = (layer: number): ParameterSpec => {
    return { key: `${key}.f.${layer}.weight`, shape: [1], init: constant(1, initialSlope) };
  };
  // What lateral blocks add starts small, so that values do not grow from column to column.
  const role = kind === 'lateral' ? 'map' : undefined;
  return [
    slope(first),
    ...make(`${key}.f.${first + 1}`, [outputs, inputs, 3, 3]),
    slope(first + 2),
    ...make(`${key}.f.${first + 3}`, [outputs, outputs, 3, 3], role),
    ...(hasOwnShortcut(block) ? make(`${key}.conv`, [outputs, inputs, 3, 3], role) : []),
  ];
}

/** Lateral blocks add what goes in, through a convolution where the widths differ. */
function hasOwnShortcut({ kind, inputs, outputs }: GridBlock): boolean {
  return kind === 'lateral' && inputs !== outputs;
}

/** The block called `key` of [B, H, W, inputs]: [B, H', W', outputs] with the size that its kind makes. */
export function gridBlock(scope: EstimatorScope, key: string, block: GridBlock, x: tf.Tensor4D): tf.Tensor4D {
  const { weights } = scope;
  const { kind } = block;
  const first = firstLayer(kind);
  const [, height, width] = x.shape;
  const seen = kind === 'up' ? resizeBilinear(x, [2 * height, 2 * width]) : x;
  scope.observe?.(`${key}.f.${first}`, seen);
  const middle = rectifyAndConvolve(weights, key, first, seen, kind === 'down' ? 2 : 1);
  scope.observe?.(`${key}.f.${first + 1}`, middle);
  const changed = rectifyAndConvolve(weights, key, first + 2, middle);
  if (kind !== 'lateral') return changed;
  return tf.add(changed, hasOwnShortcut(block) ? convolve(weights, `${key}.conv`, x) : x);
}

function rectifyAndConvolve(
  weights: TensorWeights,
  key: string,
  layer: number,
  x: tf.Tensor4D,
  stride = 1,
): tf.Tensor4D {
  const rectified = prelu(x, weightOf(weights, `${key}.f.${layer}.weight`));
  return convolve(weights, `${key}.f.${layer + 1}`, rectified, stride);
}

function convolve(weights: TensorWeights, key: string, x: tf.Tensor4D, stride = 1): tf.Tensor4D {
  const [weight, bias] = [weightOf(weights, `${key}.weight`), weightOf(weights, `${key}.bias`)];
  return conv2d(x, weight, bias, { stride, padding: 1 });
}
