import type { ParameterSpec } from '@vosvfi/runtime';
import * as tf from '@vosvfi/runtime/tf';
import type { EstimatorScope } from '../adacof/estimator.js';
import type { MakeConvolution } from '../convolution-parameters.js';
import { type GridBlock, gridBlock, gridBlockParameters } from './grid-net-blocks.js';

/** Sizes of a GridNet. */
export interface GridNet {
  /** Beginning of its keys, without the last dot. */
  readonly prefix: string;
  readonly inputs: number;
  /** Channels of its three rows, which work at the full, half and quarter size. */
  readonly rows: readonly [number, number, number];
  readonly outputs: number;
}

/** Columns that pass downwards, and as many that pass upwards. */
const COLUMNS = 3;

/** All blocks by their name, in the order of the official state dict. */
function gridBlocks({ inputs, rows, outputs }: GridNet): Map<string, GridBlock> {
  const blocks = new Map<string, GridBlock>();
  blocks.set('lateral_init', { kind: 'lateral', inputs, outputs: rows[0] });
  rows.forEach((width, row) => {
    for (let column = 0; column < 2 * COLUMNS - 1; column++) {
      blocks.set(`lateral_${row}_${column}`, { kind: 'lateral', inputs: width, outputs: width });
    }
  });
  for (const row of [0, 1] as const) {
    for (let column = 0; column < COLUMNS; column++) {
      blocks.set(`down_${row}_${column}`, { kind: 'down', inputs: rows[row], outputs: rows[row + 1]! });
    }
  }
  for (const row of [0, 1] as const) {
    for (let column = 0; column < COLUMNS; column++) {
      blocks.set(`up_${row}_${column}`, { kind: 'up', inputs: rows[row + 1]!, outputs: rows[row] });
    }
  }
  blocks.set('lateral_final', { kind: 'lateral', inputs: rows[0], outputs });
  return blocks;
}

/** Keys and shapes of a GridNet in the order of the official state dict. */
export function gridNetParameters(make: MakeConvolution, grid: GridNet): ParameterSpec[] {
  return [...gridBlocks(grid)].flatMap(([name, block]) => gridBlockParameters(make, `${grid.prefix}.${name}`, block));
}

/**
 * GridNet: three rows at full, half and quarter size and six columns. The first three columns pass features down, the last
 * three pass them up, and every row adds what comes from its own previous column. It never normalizes.
 *
 * @param x [B, H, W, inputs], H and W multiples of 4.
 * @returns [B, H, W, outputs].
 *
 * Source: Fourure et al., "Residual conv-deconv grid network", BMVC 2017, in the form of Niklaus and Liu, "Context-aware
 * synthesis", CVPR 2018 (bilinear enlargement, PReLU), which CDFI uses with one slope for all channels of a layer.
 */
export function gridNet(scope: EstimatorScope, grid: GridNet, x: tf.Tensor4D): tf.Tensor4D {
  const blocks = gridBlocks(grid);
  const apply = (name: string, input: tf.Tensor4D): tf.Tensor4D =>
    gridBlock(scope, `${grid.prefix}.${name}`, blocks.get(name)!, input);
  let [full, half, quarter] = firstColumn(apply, x);
  for (let column = 1; column < COLUMNS; column++) {
    full = apply(`lateral_0_${column - 1}`, full);
    half = tf.add(apply(`down_0_${column}`, full), apply(`lateral_1_${column - 1}`, half));
    quarter = tf.add(apply(`down_1_${column}`, half), apply(`lateral_2_${column - 1}`, quarter));
  }
  for (let column = COLUMNS; column < 2 * COLUMNS; column++) {
    quarter = apply(`lateral_2_${column - 1}`, quarter);
    half = tf.add(apply(`up_1_${column - COLUMNS}`, quarter), apply(`lateral_1_${column - 1}`, half));
    full = tf.add(apply(`up_0_${column - COLUMNS}`, half), apply(`lateral_0_${column - 1}`, full));
  }
  return apply('lateral_final', full);
}

function firstColumn(
  apply: (name: string, input: tf.Tensor4D) => tf.Tensor4D,
  x: tf.Tensor4D,
): [tf.Tensor4D, tf.Tensor4D, tf.Tensor4D] {
  const full = apply('lateral_init', x);
  const half = apply('down_0_0', full);
  return [full, half, apply('down_1_0', half)];
}
