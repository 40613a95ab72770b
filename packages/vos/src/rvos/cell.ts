import { conv2d } from '@vosvfi/ops';
import { type TensorWeights, weightOf } from '@vosvfi/runtime';
import * as tf from '@vosvfi/runtime/tf';
import type { CellWidths } from './parameters.js';

/** What a cell remembers, each [B, h, w, hidden]. */
export interface CellState {
  readonly hidden: tf.Tensor4D;
  readonly cell: tf.Tensor4D;
}

/** What a cell reads; what is absent counts as zero. */
export interface CellInputs {
  /** From the coarser cell and the encoder. */
  readonly input: tf.Tensor4D;
  /** [B, h, w, 1]: the object in the frame before. */
  readonly mask?: tf.Tensor4D | undefined;
  /** State after the previous object of this frame. */
  readonly previousObject?: CellState | undefined;
  /** Hidden state of this object in the frame before. */
  readonly previousFrame?: tf.Tensor4D | undefined;
}

/**
 * Convolutional LSTM (Shi et al., NIPS 2015) that is recurrent over the objects of a frame, and in its hidden state over
 * frames: the cell itself is handed on from object to object only.
 */
export function runCell(weights: TensorWeights, key: string, widths: CellWidths, given: CellInputs): CellState {
  const { input, mask, previousObject, previousFrame } = given;
  const parts = [
    { x: input, channels: widths.input },
    { x: mask, channels: widths.mask },
    { x: previousObject?.hidden, channels: widths.hidden },
    { x: previousFrame, channels: widths.hidden },
  ];
  const gates = tf.split(convolveParts(weights, `${key}.Gates`, parts), 4, 3) as tf.Tensor4D[];
  const [write, keep, show] = gates.slice(0, 3).map((gate) => tf.sigmoid(gate)) as [tf.Tensor, tf.Tensor, tf.Tensor];
  const written = tf.mul(write, tf.tanh(gates[3]!));
  const cell: tf.Tensor4D =
    previousObject === undefined ? (written as tf.Tensor4D) : tf.add(tf.mul(keep, previousObject.cell), written);
  return { hidden: tf.mul(show, tf.tanh(cell)), cell };
}

interface Part {
  readonly x: tf.Tensor4D | undefined;
  readonly channels: number;
}

/** Convolution of the parts side by side. Absent ones are zero: they and their filters are left out. */
function convolveParts(weights: TensorWeights, key: string, parts: readonly Part[]): tf.Tensor4D {
  const weight = weightOf(weights, `${key}.weight`);
  const present: tf.Tensor4D[] = [];
  const filters: tf.Tensor[] = [];
  let from = 0;
  for (const { x, channels } of parts) {
    if (x !== undefined && channels > 0) {
      present.push(x);
      filters.push(tf.slice(weight, [0, from, 0, 0], [-1, channels, -1, -1]));
    }
    from += channels;
  }
  const total = present.reduce((sum, x) => sum + x.shape[3], 0);
  const filter = total === weight.shape[1] ? weight : tf.concat(filters, 1);
  return conv2d(tf.concat(present, 3), filter, weightOf(weights, `${key}.bias`), { padding: 1 });
}
