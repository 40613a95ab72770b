import type { HostTensor, WeightMap } from '@vosvfi/core';
import { padCentered } from '@vosvfi/ops';
import {
  type CompiledOnDemand,
  type Compiler,
  createCompiler,
  type EngineId,
  type TensorFunction,
} from '@vosvfi/runtime';
import type * as tf from '@vosvfi/runtime/tf';
import { normalizeAndPad } from '../imagenet-frame.js';
import { readMemory } from '../memory-read.js';
import { softAggregate, withoutBackground } from '../soft-aggregation.js';
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
  readonly #compiler: Compiler;
  readonly #aggregate: CompiledOnDemand;
  readonly #encode: CompiledOnDemand;
  readonly #remember: CompiledOnDemand;
  readonly #read: CompiledOnDemand;
  readonly #decode: CompiledOnDemand;

  /** @param topK Cells of memory that each place reads. */
  constructor(network: StcnNetwork, weights: WeightMap, topK: number, engine: PropagationEngine) {
    this.#compiler = createCompiler({ capacity: keptFunctions, ...engine });
    const define = (fn: TensorFunction, modules: readonly string[]) =>
      this.#compiler.define(fn, weightsOf(weights, modules));
    this.#aggregate = define(aggregateMasks, []);
    this.#encode = define(encodeWith(network), ['key_encoder', 'key_proj', 'key_comp']);
    this.#remember = define(rememberWith(network), ['value_encoder']);
    // Reading depends on the size of memory, which grows, and has no weights; decoding depends on the frame's size alone.
    this.#read = define(readTop(topK), []);
    this.#decode = define(decodeAll, ['decoder']);
  }

  /** Masks [1, H, W, K] to soft-aggregated probabilities [1, H', W', K + 1] at the padded size. */
  async aggregate(masks: HostTensor): Promise<HostTensor> {
    const { probabilities } = await this.#aggregate({ masks });
    return probabilities!;
  }

  /** Encodes a frame [1, H, W, 3] RGB 0..1. */
  async encode(frame: HostTensor): Promise<EncodedFrame> {
    return (await this.#encode({ frame })) as EncodedFrame;
  }

  /** What to remember of a frame, with probabilities [1, H', W', K + 1] at the padded size. */
  async remember(frame: HostTensor, { keys, f16 }: EncodedFrame, probabilities: HostTensor): Promise<RememberedFrame> {
    const { values } = await this.#remember({ frame, f16, probabilities });
    return { keys, values: values! };
  }

  /** Probabilities [1, H', W', K + 1] of an encoded frame's background and objects. */
  async segment({ keys, values }: RememberedFrame, frame: EncodedFrame): Promise<HostTensor> {
    const { reading } = await this.#read({ keys, values, queries: frame.keys });
    const { f16Thin, f8, f4 } = frame;
    const { probabilities } = await this.#decode({ reading: reading!, f16Thin, f8, f4 });
    return probabilities!;
  }

  dispose(): Promise<void> {
    return this.#compiler.dispose();
  }
}

function weightsOf(weights: WeightMap, modules: readonly string[]): WeightMap {
  return new Map([...weights].filter(([key]) => modules.some((module) => key.startsWith(`${module}.`))));
}

const aggregateMasks: TensorFunction = ({ masks }) => ({
  probabilities: softAggregate(padCentered(masks!, stcnMultiple, 'zeros').padded).probabilities,
});

function encodeWith(network: StcnNetwork): TensorFunction {
  return ({ frame }, weights) => {
    const { k16, ...features } = network.encodeKey(weights, normalizeAndPad(frame!, stcnMultiple).padded);
    return { keys: flattenPlaces(k16), ...features };
  };
}

function rememberWith(network: StcnNetwork): TensorFunction {
  return ({ frame, f16, probabilities }, weights) => {
    const { padded } = normalizeAndPad(frame!, stcnMultiple);
    const masks = withoutBackground(probabilities as tf.Tensor4D);
    return { values: flattenPlaces(network.encodeValue(weights, padded, f16 as tf.Tensor4D, masks)) };
  };
}

function readTop(topK: number): TensorFunction {
  return ({ keys, values, queries }) => {
    const memory = { keys: keys as tf.Tensor3D, values: values as tf.Tensor3D };
    return { reading: readMemory(memory, queries as tf.Tensor3D, { topK }).values };
  };
}

const decodeAll: TensorFunction = ({ reading, f16Thin, f8, f4 }, weights) => {
  const query = { f16Thin: f16Thin as tf.Tensor4D, f8: f8 as tf.Tensor4D, f4: f4 as tf.Tensor4D };
  return { probabilities: softAggregate(decodeObjects(weights, reading as tf.Tensor3D, query, 1)).probabilities };
};
