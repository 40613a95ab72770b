import { ConfigError, type WeightMap } from '@vosvfi/core';
import { exportOnnx } from '@vosvfi/runtime';
import { checkWeights } from './check-weights.js';
import { takesTime } from './interpolation-network.js';
import { paddedInterpolation } from './padded.js';
import type { ModelEntry } from './registry.js';

/** Frames that an exported network takes. */
export interface ExportSize {
  readonly height: number;
  readonly width: number;
}

/** Smallest and largest side in pixels. */
const sides = { smallest: 16, largest: 8192 } as const;

/**
 * A network with its weights as an ONNX file that any ONNX Runtime loads. Inputs: `frame0` and `frame1`
 * [1, H, W, 3] and, where the network reads the time, `t` [1, 1, 1, 1]; output: `frame` [1, H, W, 3]. RGB float32, 0..1. Any size is taken: the graph pads
 * and cuts back, as the interpolator does.
 * @returns The bytes of the file.
 * @throws ConfigError for a size out of 16..8192; CheckpointError if the weights are not the network's.
 */
export async function exportInterpolation(
  model: ModelEntry,
  weights: WeightMap,
  { height, width }: ExportSize,
): Promise<Uint8Array> {
  for (const [name, side] of Object.entries({ height, width })) {
    if (Number.isInteger(side) && side >= sides.smallest && side <= sides.largest) continue;
    throw new ConfigError(name, `expected a whole number from ${sides.smallest} to ${sides.largest}, found ${side}.`);
  }
  const network = await model.load();
  checkWeights(network.parameters, weights, `weights of ${model.id}`, network.trainingParameters);
  const shape = [1, height, width, 3];
  return exportOnnx(
    paddedInterpolation(network),
    { frame0: { shape }, frame1: { shape }, ...(takesTime(network) ? { t: { shape: [1, 1, 1, 1] } } : {}) },
    { weights },
  );
}
