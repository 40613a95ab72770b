import type { HostTensor, TensorData, WeightMap } from '@vosvfi/core';
import { padCentered } from '@vosvfi/ops';
import {
  type CompiledOnDemand,
  type Compiler,
  createCompiler,
  type EngineId,
  type TensorFunction,
} from '@vosvfi/runtime';
import * as tf from '@vosvfi/runtime/tf';
import { normalizeAndPad } from '../imagenet-frame.js';
import { softAggregate, withoutBackground } from '../soft-aggregation.js';
import { stcnMultiple } from './config.js';
import type { MemoryCells } from './memory-bank.js';
import type { StcnNetwork } from './network.js';
import { keyForms, readCells, valueName } from './read-cells.js';
import { flattenPlaces, probabilitiesOf } from './segment-query.js';

/** Where the graphs run. */
export interface PropagationEngine {
  /** Default `graph`. */
  readonly engine?: EngineId;
  /** Threads of the graph engine; default: the machine's cores. */
  readonly threads?: number;
}

/**
 * An encoded frame: keys [1, n, C + 1] as they are remembered (`keys`) and as they ask (`queries`), features [1, C, h, w].
 * Features stay channels first from function to function, as the engine has them.
 */
export type EncodedFrame = Readonly<Record<'keys' | 'queries' | 'f16Thin' | 'f16' | 'f8' | 'f4', HostTensor>>;

/** Frame sizes and numbers of objects of which compiled functions with weights are kept. */
const keptFunctions = 12;
/** Sizes of memory of which compiled functions are kept: they hold buffers of the size of a similarity matrix. */
const keptReadings = 4;

type Arrays = Readonly<Record<string, TensorData>>;

/** The compiled functions that make up a propagation. Each writes into the arrays that it is given. */
export class PropagationGraphs {
  readonly #compilers: readonly Compiler[];
  readonly #aggregate: CompiledOnDemand;
  readonly #encode: CompiledOnDemand;
  readonly #remember: CompiledOnDemand;
  readonly #read: CompiledOnDemand;
  readonly #decode: CompiledOnDemand;

  /** @param topK Cells of memory that each place reads. */
  constructor(network: StcnNetwork, weights: WeightMap, topK: number, engine: PropagationEngine) {
    const compiler = createCompiler({ capacity: keptFunctions, tiledConvolutions: true, ...engine });
    const readings = createCompiler({ capacity: keptReadings, ...engine });
    this.#compilers = [compiler, readings];
    const define = (fn: TensorFunction, modules: readonly string[]) => compiler.define(fn, weightsOf(weights, modules));
    this.#aggregate = define(aggregateMasks, []);
    this.#encode = define(encodeWith(network), ['key_encoder', 'key_proj', 'key_comp']);
    this.#remember = define(rememberWith(network), ['value_encoder']);
    // Reading depends on the size of memory, which grows, and has no weights; decoding depends on the frame's size alone.
    this.#read = readings.define(readCells(topK));
    this.#decode = define(decodeAll, ['decoder']);
  }

  /** Masks [1, H, W, K] to soft-aggregated probabilities [1, H', W', K + 1] at the padded size. */
  async aggregate(masks: HostTensor): Promise<HostTensor> {
    const { probabilities } = await this.#aggregate({ masks });
    return probabilities!;
  }

  /** Encodes a frame [1, H, W, 3] RGB 0..1. */
  async encode(frame: HostTensor, into?: Arrays): Promise<EncodedFrame> {
    return (await this.#encode({ frame }, into)) as EncodedFrame;
  }

  /** Values [n, V] of each object of a frame, written to `into`; probabilities [1, H', W', K + 1] at the padded size. */
  async remember(
    frame: HostTensor,
    { f16 }: EncodedFrame,
    probabilities: HostTensor,
    into: readonly Float32Array[],
  ): Promise<void> {
    await this.#remember({ frame, f16, probabilities }, named(into));
  }

  /** What an encoded frame reads from memory: [1, V, n] for each object of the memory. */
  async read({ keys, values }: MemoryCells, { queries }: EncodedFrame): Promise<HostTensor[]> {
    const readings = await this.#read({ keys, queries, ...named(values) });
    return values.map((_, index) => readings[`reading_${valueName(index)}`]!);
  }

  /** Probabilities [1, H', W', K + 1] of an encoded frame's background and of the objects of the readings. */
  async decode(readings: readonly HostTensor[], { f16Thin, f8, f4 }: EncodedFrame): Promise<HostTensor> {
    const { probabilities } = await this.#decode({ ...named(readings), f16Thin, f8, f4 });
    return probabilities!;
  }

  async dispose(): Promise<void> {
    for (const compiler of this.#compilers) await compiler.dispose();
  }
}

function named<T>(items: readonly T[]): Record<string, T> {
  return Object.fromEntries(items.map((item, index) => [valueName(index), item]));
}

function weightsOf(weights: WeightMap, modules: readonly string[]): WeightMap {
  return new Map([...weights].filter(([key]) => modules.some((module) => key.startsWith(`${module}.`))));
}

const channelsFirst = (x: tf.Tensor4D): tf.Tensor4D => tf.transpose(x, [0, 3, 1, 2]);
const channelsLast = (x: tf.Tensor): tf.Tensor4D => tf.transpose(x as tf.Tensor4D, [0, 2, 3, 1]);

const aggregateMasks: TensorFunction = ({ masks }) => ({
  probabilities: softAggregate(padCentered(masks!, stcnMultiple, 'zeros').padded).probabilities,
});

function encodeWith(network: StcnNetwork): TensorFunction {
  return ({ frame }, weights) => {
    const { k16, f16Thin, f16, f8, f4 } = network.encodeKey(weights, normalizeAndPad(frame!, stcnMultiple).padded);
    const { remembered, asking } = keyForms(flattenPlaces(k16));
    return {
      keys: remembered,
      queries: asking,
      f16Thin: channelsFirst(f16Thin),
      f16: channelsFirst(f16),
      f8: channelsFirst(f8),
      f4: channelsFirst(f4),
    };
  };
}

function rememberWith(network: StcnNetwork): TensorFunction {
  return ({ frame, f16, probabilities }, weights) => {
    const { padded } = normalizeAndPad(frame!, stcnMultiple);
    const masks = withoutBackground(probabilities as tf.Tensor4D);
    const values = flattenPlaces(network.encodeValue(weights, padded, channelsLast(f16!), masks));
    return named(objectsOf(values));
  };
}

/** Each sample of [K, n, V], as [1, n, V]. */
function objectsOf(values: tf.Tensor3D): tf.Tensor[] {
  return values.shape[0] === 1 ? [values] : tf.split(values, values.shape[0], 0);
}

const decodeAll: TensorFunction = (inputs, weights) => {
  const { f16Thin, f8, f4, ...readings } = inputs;
  const query = { f16Thin: channelsLast(f16Thin!), f8: channelsLast(f8!), f4: channelsLast(f4!) };
  const [, height, width] = query.f16Thin.shape;
  const grids = Object.values(readings).map((reading) =>
    channelsLast(tf.reshape(reading, [1, reading.shape[1]!, height, width])),
  );
  const grid = (grids.length === 1 ? grids[0]! : tf.concat(grids, 0)) as tf.Tensor4D;
  return { probabilities: softAggregate(probabilitiesOf(weights, grid, query, 1)).probabilities };
};
