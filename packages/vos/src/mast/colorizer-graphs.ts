import type { HostTensor, WeightMap } from '@vosvfi/core';
import { resizeBilinear } from '@vosvfi/ops';
import {
  type CompiledOnDemand,
  type Compiler,
  createCompiler,
  type EngineId,
  type TensorFunction,
} from '@vosvfi/runtime';
import type * as tf from '@vosvfi/runtime/tf';
import { searchCoarsely } from './coarse-search.js';
import { type ColorizerOptions, searchDilation } from './colorizer.js';
import { normalizeLab } from './lab-frame.js';
import type { MastNetwork } from './network.js';
import { copyFromSearched } from './searched-copy.js';
import type { SoftCopy } from './soft-copy.js';
import { copyFromWindow } from './window-copy.js';

/** Where the graphs run. */
export interface MastEngine {
  /** Default `graph`. */
  readonly engine?: EngineId;
  /** Threads of the graph engine; default: the machine's cores. */
  readonly threads?: number;
}

/** A reference's features and values. */
export interface HostReference {
  readonly features: HostTensor;
  readonly values: HostTensor;
  readonly age: number;
}

/** What a reference offers, see `SoftCopy`. */
type HostCopy = Readonly<Record<'copied' | 'evidence', HostTensor>>;

/** Functions by frame size and number of labels that are kept. */
const keptFunctions = 16;

type Images = Readonly<Record<string, tf.Tensor4D>>;

/** The compiled parts of one segmenter: encoding, copying from one reference, enlarging. */
export class ColorizerGraphs {
  readonly #options: Required<ColorizerOptions>;
  readonly #compiler: Compiler;
  readonly #encode: CompiledOnDemand;
  readonly #near: CompiledOnDemand;
  readonly #far: CompiledOnDemand;
  readonly #search: ReadonlyMap<number, CompiledOnDemand>;
  readonly #enlarge = new Map<string, CompiledOnDemand>();

  constructor(network: MastNetwork, weights: WeightMap, options: Required<ColorizerOptions>, engine: MastEngine) {
    this.#options = options;
    this.#compiler = createCompiler({ capacity: keptFunctions, ...engine });
    this.#encode = this.#compiler.define(encodeWith(network), weights);
    this.#near = this.#compiler.define(nearWith(options));
    this.#far = this.#compiler.define(farWith(options));
    this.#search = new Map([2, 3, 4].map((dilation) => [dilation, this.#compiler.define(searchWith(dilation))]));
  }

  /** Features [1, h, w, C] of a frame [1, H, W, 3] RGB 0..1. */
  async encode(frame: HostTensor): Promise<HostTensor> {
    const { features } = await this.#encode({ frame });
    return features as HostTensor;
  }

  /** Values [1, h, w, L] of a query, copied from references one by one; see `colorize`. */
  async colorize(query: HostTensor, references: readonly HostReference[]): Promise<HostTensor> {
    const offsets: (HostTensor | undefined)[] = [];
    for (const { features: reference, age } of references) {
      const search = this.#search.get(searchDilation(age, this.#options.searchAge));
      offsets.push(search && (await search({ query, reference })).offset);
    }
    const last = offsets.findLast((offset) => offset !== undefined);
    const copies: HostCopy[] = [];
    for (const [index, { features: reference, values }] of references.entries()) {
      const offset = offsets[index];
      const given = { query, reference, values };
      const valueOffset =
        this.#options.offsets === 'last' && last !== undefined && offset !== last ? { valueOffset: last } : {};
      const copy = await (offset === undefined ? this.#near(given) : this.#far({ ...given, offset, ...valueOffset }));
      copies.push(copy as HostCopy);
    }
    return joinOnHost(copies);
  }

  /** Values [1, h, w, L] at the size of the frame, [1, H, W, L]. */
  async enlarge(values: HostTensor, height: number, width: number): Promise<HostTensor> {
    const key = `${height} x ${width}`;
    const enlarge = this.#enlarge.get(key) ?? this.#compiler.define(enlargeTo(height, width));
    this.#enlarge.set(key, enlarge);
    const { enlarged } = await enlarge({ values });
    return enlarged as HostTensor;
  }

  dispose(): Promise<void> {
    return this.#compiler.dispose();
  }
}

function encodeWith(network: MastNetwork): TensorFunction {
  return function encodeFrame({ frame }, weights) {
    return { features: network.encode(weights, normalizeLab(frame as tf.Tensor)) };
  };
}

function nearWith({ radius }: Required<ColorizerOptions>): TensorFunction {
  return function copyNear(inputs): Record<string, tf.Tensor> {
    const { query, reference, values } = inputs as Images as Record<'query' | 'reference' | 'values', tf.Tensor4D>;
    return renamed(copyFromWindow(query, reference, values, radius));
  };
}

function farWith({ radius, alignCorners }: Required<ColorizerOptions>): TensorFunction {
  return function copySearched(inputs): Record<string, tf.Tensor> {
    const given = inputs as Images as Record<'query' | 'reference' | 'values' | 'offset', tf.Tensor4D>;
    const { query, reference: features, values, offset } = given;
    const valueOffset = (inputs.valueOffset as tf.Tensor4D | undefined) ?? offset;
    return renamed(copyFromSearched(query, { features, values, offset, valueOffset }, { radius, alignCorners }));
  };
}

/** A graph's inputs and outputs cannot share a name. */
function renamed({ values: copied, evidence }: SoftCopy): Record<string, tf.Tensor> {
  return { copied, evidence };
}

function searchWith(dilation: number): TensorFunction {
  return function searchReference(inputs) {
    const { query, reference } = inputs as Images as Record<'query' | 'reference', tf.Tensor4D>;
    return { offset: searchCoarsely(query, reference, dilation) };
  };
}

function enlargeTo(height: number, width: number): TensorFunction {
  return function enlargeLabels({ values }) {
    return { enlarged: resizeBilinear(values as tf.Tensor, [height, width]) };
  };
}

/** `joinCopies` in the host's memory: a few numbers for each place. */
function joinOnHost(copies: readonly HostCopy[]): HostTensor {
  const [first] = copies as readonly [HostCopy];
  if (copies.length === 1) return first.copied;
  const labels = first.copied.shape[3] as number;
  const places = first.evidence.data.length;
  const joined = new Float32Array(places * labels);
  for (let place = 0; place < places; place++) {
    const evidence = copies.map((copy) => copy.evidence.data[place] as number);
    const largest = Math.max(...evidence);
    const shares = evidence.map((value) => Math.exp(value - largest));
    const sum = shares.reduce((total, share) => total + share, 0);
    copies.forEach(({ copied }, index) => {
      const share = (shares[index] as number) / sum;
      for (let label = place * labels; label < (place + 1) * labels; label++) {
        joined[label] = (joined[label] as number) + share * (copied.data[label] as number);
      }
    });
  }
  return { data: joined, shape: first.copied.shape, dtype: 'float32' };
}
