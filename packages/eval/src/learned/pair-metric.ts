import { type Frame, type HostTensor, ShapeError, type WeightMap } from '@vosvfi/core';
import { createCompiler, type EngineId, type Network } from '@vosvfi/runtime';
import type * as tf from '@vosvfi/runtime/tf';
import { requireComparable } from '../metrics/samples.js';
import { frameTensor } from './frame-tensor.js';
import { networkWeights } from './network-weights.js';

/** A batch of frames and what became of them, [B, H, W, 3] RGB 0..1 each. */
export interface PairInputs {
  readonly reference: tf.Tensor;
  readonly distorted: tf.Tensor;
}

/** What a network says about pairs of frames. */
export interface PairOutputs {
  /** [B]. */
  readonly score: tf.Tensor;
  /** [B, L], the parts that the score sums up. */
  readonly layers: tf.Tensor;
}

/** Where a learned metric runs, and with what. */
export interface LearnedMetricOptions {
  /** Everything in the network's `parameters`; more is ignored, so that whole official files can be given. */
  readonly weights: WeightMap;
  /** Default `graph`. */
  readonly engine?: EngineId;
  /** Threads of the graph engine; default: the machine's cores. */
  readonly threads?: number;
  /** Frame sizes kept compiled at a time. Default 2. */
  readonly sessions?: number;
}

/** A network as a metric of two frames. */
export interface PairMetric {
  readonly id: string;
  /**
   * The network's score of one pair; 8-bit frames are divided by 255, float frames taken as they are.
   * @param more Further inputs of the network, such as flows, [1, H, W, C].
   * @throws ShapeError if the frames differ in size or are too small; MediaError if one is not finite.
   */
  measure(reference: Frame, distorted: Frame, more?: Readonly<Record<string, HostTensor>>): Promise<number>;
  /** Frees native memory. */
  dispose(): Promise<void>;
}

/**
 * Makes a network measure frames of any size; it is compiled once for each size.
 * @param smallest Smallest height and width that the network takes. Default 16.
 * @throws CheckpointError naming a weight that is missing or of another shape.
 */
export function createPairMetric<Config, Inputs extends PairInputs>(
  network: Network<Config, Inputs, PairOutputs>,
  { weights, engine, threads, sessions = 2 }: LearnedMetricOptions,
  smallest = 16,
): PairMetric {
  const used = networkWeights(network, weights);
  const compiler = createCompiler({
    capacity: sessions,
    tiledConvolutions: true,
    ...(engine !== undefined && { engine }),
    ...(threads !== undefined && { threads }),
  });
  const run = compiler.define((inputs, tensors) => {
    const { score } = network.forward(tensors, inputs as unknown as Inputs);
    return { score };
  }, used);
  return {
    id: network.id,
    measure: async (reference, distorted, more = {}) => {
      requireComparable(reference, distorted);
      if (Math.min(reference.width, reference.height) < smallest) {
        throw new ShapeError(
          `frames for ${network.id}`,
          `at least ${smallest}x${smallest} pixels`,
          `${reference.width}x${reference.height}`,
        );
      }
      const inputs = { reference: frameTensor(reference), distorted: frameTensor(distorted), ...more };
      return (await run(inputs)).score!.data[0]!;
    },
    dispose: () => compiler.dispose(),
  };
}
