import type { HostTensor, WeightMap } from '@vosvfi/core';
import { padCentered } from '@vosvfi/ops';
import { type Compiled, compile, type EngineId, type TensorFunction } from '@vosvfi/runtime';
import type * as tf from '@vosvfi/runtime/tf';
import { normalizeAndPad } from '../imagenet-frame.js';
import { readMemory } from '../memory-read.js';
import { softAggregate, withoutBackground } from '../soft-aggregation.js';
import { CompiledCache } from './compiled-cache.js';
import { stcnMultiple } from './config.js';
import type { RememberedFrame } from './memory-bank.js';
import type { StcnNetwork } from './network.js';
import { decodeObjects, flattenPlaces } from './segment-query.js';

/** Where the graphs run. */
export interface PropagationEngine {
  /** Default `graph`. */
  readonly engine?: EngineId;
  /** Threads of the graph engine; default: the machine's cores. */
  readonly threads?: number;
}

/** Host-side view of an encoded frame: the fields of `StcnKey`, and `keys`, k16 as [1, h w, C]. */
export type EncodedFrame = Readonly<Record<'keys' | 'f16Thin' | 'f16' | 'f8' | 'f4', HostTensor>>;

/** Sizes of frames and memories of which compiled functions are kept. */
const keptFunctions = 12;

/** A stretch of propagation: the compiled functions that make it up. */
export class PropagationGraphs {
  readonly #network: StcnNetwork;
  readonly #weights: WeightMap;
  readonly #engine: PropagationEngine;
  readonly #compiled = new CompiledCache(keptFunctions);

  constructor(network: StcnNetwork, weights: WeightMap, engine: PropagationEngine) {
    this.#network = network;
    this.#weights = weights;
    this.#engine = engine;
  }

  /** Masks [1, H, W, K] to soft-aggregated probabilities [1, H', W', K + 1] at the padded size. */
  async aggregate(masks: HostTensor): Promise<HostTensor> {
    const { probabilities } = await this.#run('aggregate', { masks }, [], (inputs) => ({
      probabilities: softAggregate(padCentered(inputs.masks!, stcnMultiple, 'zeros').padded).probabilities,
    }));
    return probabilities!;
  }

  /** Encodes a frame [1, H, W, 3] RGB 0..1. */
  async encode(frame: HostTensor): Promise<EncodedFrame> {
    const outputs = await this.#run('encode', { frame }, ['key_encoder', 'key_proj', 'key_comp'], (inputs, weights) => {
      const { k16, ...features } = this.#network.encodeKey(
        weights,
        normalizeAndPad(inputs.frame!, stcnMultiple).padded,
      );
      return { keys: flattenPlaces(k16), ...features };
    });
    return outputs as EncodedFrame;
  }

  /** What to remember of a frame, with probabilities [1, H', W', K + 1] at the padded size. */
  async remember(frame: HostTensor, { keys, f16 }: EncodedFrame, probabilities: HostTensor): Promise<RememberedFrame> {
    const inputs = { frame, f16, probabilities };
    const { values } = await this.#run('remember', inputs, ['value_encoder'], (given, weights) => {
      const { padded } = normalizeAndPad(given.frame!, stcnMultiple);
      const masks = withoutBackground(given.probabilities as tf.Tensor4D);
      return {
        values: flattenPlaces(this.#network.encodeValue(weights, padded, given.f16 as tf.Tensor4D, masks)),
      };
    });
    return { keys, values: values! };
  }

  /** Probabilities [1, H', W', K + 1] of an encoded frame's background and objects. */
  async segment(memory: RememberedFrame, frame: EncodedFrame, topK: number): Promise<HostTensor> {
    const { keys, values } = memory;
    // Reading depends on the size of memory, which grows, and has no weights; decoding depends on the frame's size alone.
    const { reading } = await this.#run(`read ${topK}`, { keys, values, queries: frame.keys }, [], (inputs) => ({
      reading: readMemory(
        { keys: inputs.keys as tf.Tensor3D, values: inputs.values as tf.Tensor3D },
        inputs.queries as tf.Tensor3D,
        { topK },
      ).values,
    }));
    const { f16Thin, f8, f4 } = frame;
    const { probabilities } = await this.#run('decode', { reading: reading!, f16Thin, f8, f4 }, ['decoder'], decodeAll);
    return probabilities!;
  }

  dispose(): Promise<void> {
    return this.#compiled.dispose();
  }

  async #run(
    name: string,
    inputs: Readonly<Record<string, HostTensor>>,
    modules: readonly string[],
    fn: TensorFunction,
  ): Promise<Record<string, HostTensor>> {
    const signature = Object.fromEntries(Object.entries(inputs).map(([key, { shape }]) => [key, { shape }]));
    const compiled: Compiled = await this.#compiled.get(`${name} ${JSON.stringify(signature)}`, () =>
      compile(fn, signature, { ...this.#engine, weights: this.#weightsOf(modules) }),
    );
    return compiled.run(inputs);
  }

  #weightsOf(modules: readonly string[]): WeightMap {
    return new Map([...this.#weights].filter(([key]) => modules.some((module) => key.startsWith(`${module}.`))));
  }
}

const decodeAll: TensorFunction = ({ reading, f16Thin, f8, f4 }, weights) => {
  const query = { f16Thin: f16Thin as tf.Tensor4D, f8: f8 as tf.Tensor4D, f4: f4 as tf.Tensor4D };
  return { probabilities: softAggregate(decodeObjects(weights, reading as tf.Tensor3D, query, 1)).probabilities };
};
