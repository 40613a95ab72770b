import { type HostTensor, hostTensor, type WeightMap } from '@vosvfi/core';
import {
  type CompiledOnDemand,
  type Compiler,
  createCompiler,
  type EngineId,
  type TensorFunction,
} from '@vosvfi/runtime';
import * as tf from '@vosvfi/runtime/tf';
import { hiddenChannels } from './config.js';
import type { RvosNetwork } from './network.js';
import type { RvosHidden } from './segment-objects.js';

/** Where the network runs. */
export interface RvosEngine {
  /** Default `graph`. */
  readonly engine?: EngineId;
  /** Threads of the graph engine; default: the machine's cores. */
  readonly threads?: number;
  /** Compiled functions that are kept: one for each size of frames and number of objects. Default 4. */
  readonly keptFunctions?: number;
}

/** What one frame gives. */
export interface FrameResult {
  /** [1, H, W, K]: probability of each object on its own. */
  readonly masks: HostTensor;
  /** Hidden states [K, h, w, C], coarsest first. */
  readonly hidden: readonly HostTensor[];
}

const levels = [0, 1, 2, 3] as const;

/** The network on one frame, compiled for the sizes that it meets. */
export class FrameGraph {
  readonly #network: RvosNetwork;
  readonly #compiler: Compiler;
  readonly #step: CompiledOnDemand;

  constructor(network: RvosNetwork, weights: WeightMap, { keptFunctions = 4, ...engine }: RvosEngine) {
    this.#network = network;
    this.#compiler = createCompiler({ capacity: keptFunctions, ...engine });
    this.#step = this.#compiler.define(stepWith(network), weights);
  }

  /**
   * @param frame [1, H, W, 3] RGB 0..1.
   * @param masks [1, H, W, K] of a one-shot network.
   * @param hidden States of the frame before, for as many objects; undefined at the first frame.
   */
  async run(
    frame: HostTensor,
    objects: number,
    masks: HostTensor | undefined,
    hidden: readonly HostTensor[] | undefined,
  ): Promise<FrameResult> {
    const given = hidden ?? this.#emptyHidden(frame, objects);
    const outputs = await this.#step({
      frame,
      ...(masks === undefined ? {} : { masks }),
      ...Object.fromEntries(levels.map((level) => [`hidden${level}`, given[level]!])),
    });
    return { masks: outputs.probabilities!, hidden: levels.map((level) => outputs[`next${level}`]!) };
  }

  dispose(): Promise<void> {
    return this.#compiler.dispose();
  }

  #emptyHidden({ shape }: HostTensor, objects: number): HostTensor[] {
    const [, height, width] = shape as [number, number, number, number];
    return hiddenChannels(this.#network.config).map((channels, level) => {
      const step = 32 / 2 ** level;
      const size = [objects, Math.ceil(height / step), Math.ceil(width / step), channels];
      return hostTensor(new Float32Array(size.reduce((product, extent) => product * extent)), size);
    });
  }
}

/** `hidden` of some objects, and nothing yet of others up to `objects`. */
export function extendHidden(hidden: readonly HostTensor[], objects: number): HostTensor[] {
  return hidden.map(({ data, shape: [, ...shape] }) => {
    const size = shape.reduce((product, extent) => product * extent);
    const extended = new Float32Array(objects * size);
    extended.set(data);
    return hostTensor(extended, [objects, ...shape]);
  });
}

function stepWith(network: RvosNetwork): TensorFunction {
  return ({ frame, masks, ...hidden }, weights) => {
    const objects = hidden.hidden0!.shape[0]!;
    const byLevel = levels.map((level) => {
      const all = hidden[`hidden${level}`] as tf.Tensor4D;
      return objects === 1 ? [all] : (tf.split(all, objects, 0) as tf.Tensor4D[]);
    });
    const before: RvosHidden = Array.from({ length: objects }, (_, object) => byLevel.map((all) => all[object]!));
    const result = network.forward(weights, {
      frame: frame as tf.Tensor4D,
      masks: masks as tf.Tensor4D | undefined,
      objects,
      hidden: before,
    });
    const together = (level: number): tf.Tensor => {
      const states = result.hidden.map((states) => states[level]!);
      return states.length === 1 ? states[0]! : tf.concat(states, 0);
    };
    return {
      probabilities: tf.sigmoid(result.logits),
      ...Object.fromEntries(levels.map((level) => [`next${level}`, together(level)])),
    };
  };
}
