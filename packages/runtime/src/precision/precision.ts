import type { Calibration } from './calibration.js';

/**
 * Convolutions on bytes (8-bit activations and weights, 32-bit sums), by static quantization. What is no convolution, nor
 * between two of them, stays float32: grids, flows, warps, resizing, blending, transposed convolutions.
 * Engine `graph` only. Fast where the processor has byte products (AVX512-VNNI, AVX-VNNI); see `docs/engine.md`.
 */
export interface Int8Precision {
  readonly kind: 'int8';
  /** From `calibrate` with the same function and weights, at any frame size. */
  readonly calibration: Calibration;
  /** Keys of weights, or their beginnings, whose convolutions stay float32; see `Network.keepFloat`. */
  readonly keepFloat?: readonly string[] | undefined;
}

/**
 * Weights stored as 16-bit floats and computed with as float32: half the size of a file, 11 bits of every weight, no
 * change of speed.
 */
export interface Float16WeightsPrecision {
  readonly kind: 'float16-weights';
}

/** A precision below float32, for inference. */
export type Precision = Int8Precision | Float16WeightsPrecision;
