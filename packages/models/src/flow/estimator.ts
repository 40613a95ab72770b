import { ConfigError, type Frame, type HostTensor, ShapeError, UnsupportedError, type WeightMap } from '@vosvfi/core';
import { padReplicate, unpad } from '@vosvfi/ops';
import {
  type CompiledOnDemand,
  type Compiler,
  createCompiler,
  type EngineId,
  type TensorFunction,
} from '@vosvfi/runtime';
import { checkWeights } from '../check-weights.js';
import { frameToTensor } from '../frames.js';
import type { FlowNetwork } from './flow-network.js';
import { type FlowPadding, flowMargins } from './padding.js';

/** Options of {@link createFlowEstimator}. */
export interface FlowEstimatorOptions {
  /** Weights with the keys and layouts of the official state dict. */
  readonly weights: WeightMap;
  /** Refinements. Default: what the official code tests with. */
  readonly iterations?: number;
  /** How frames are brought to sizes that the network takes. Default `sintel`. */
  readonly padding?: FlowPadding;
  /** Default `graph`. */
  readonly engine?: EngineId;
  /** Threads of the graph engine; default: the machine's cores. */
  readonly threads?: number;
  /** Frame sizes kept compiled at a time. Default 2. */
  readonly sessions?: number;
}

/** Flow from the first frame to the second. */
export interface EstimatedFlow {
  /** [height, width, 2], x and y in pixels. */
  readonly data: Float32Array;
  readonly width: number;
  readonly height: number;
  /** The network's coarse flow of the padded frames, [1, h, w, 2] in its own pixels: what a next estimate can start from. */
  readonly low: HostTensor;
}

/** How to find one flow. */
export interface EstimateOptions {
  /** Coarse flow to start from, as {@link EstimatedFlow.low} of frames of the same size. Default: none. */
  readonly init?: HostTensor;
}

/** A flow network that is ready to run. */
export interface FlowEstimator {
  readonly id: string;
  readonly iterations: number;
  /**
   * Flow from `from` to `to`, frames of any size; calls run one after another.
   * @throws ShapeError if the frames differ in size; UnsupportedError if they are too large.
   */
  estimate(from: Frame, to: Frame, options?: EstimateOptions): Promise<EstimatedFlow>;
  /** Frees native memory. */
  dispose(): Promise<void>;
}

/** Pixels of the largest frames that are taken; time grows with the square. */
const maxPixels = 4096 * 1024;

/**
 * A flow network for frames of any size, which are padded with copies of their edge to what the network takes, and the flow
 * is cut back. It is compiled once for each size.
 * @throws ConfigError for an invalid option; CheckpointError naming a tensor that is missing, unknown or mis-shaped.
 */
export function createFlowEstimator(network: FlowNetwork, options: FlowEstimatorOptions): FlowEstimator {
  const { weights, iterations = network.testIterations, padding = 'sintel', sessions = 2, engine, threads } = options;
  if (!Number.isInteger(iterations) || iterations < 1) {
    throw new ConfigError('iterations', `expected a positive integer, found ${iterations}.`);
  }
  checkWeights(network.parameters, weights, `weights of ${network.id}`);
  const compiler = createCompiler({
    capacity: sessions,
    ...(engine !== undefined && { engine }),
    ...(threads !== undefined && { threads }),
  });
  return new CompiledEstimator(
    network,
    iterations,
    compiler,
    compiler.define(padded(network, iterations, padding), weights),
  );
}

/** The network with its padding: frames of any size to `flow` of that size and `low` of the padded frames. */
function padded(network: FlowNetwork, iterations: number, padding: FlowPadding): TensorFunction {
  return ({ frame0, frame1, flowInit }, weights) => {
    const [, height, width] = frame0!.shape as [number, number, number];
    const margins = flowMargins(height, width, network, padding);
    const { flow, flowLow } = network.forward(weights, {
      frame0: padReplicate(frame0!, margins),
      frame1: padReplicate(frame1!, margins),
      ...{ iterations, flowInit },
    });
    return { flow: unpad(flow, margins), low: flowLow };
  };
}

class CompiledEstimator implements FlowEstimator {
  readonly id: string;
  readonly iterations: number;
  readonly #compiler: Compiler;
  readonly #run: CompiledOnDemand;
  /** Ends when the last call has: two at a time would need twice the memory. */
  #queue: Promise<unknown> = Promise.resolve();

  constructor({ id }: FlowNetwork, iterations: number, compiler: Compiler, run: CompiledOnDemand) {
    this.id = id;
    this.iterations = iterations;
    this.#compiler = compiler;
    this.#run = run;
  }

  async estimate(from: Frame, to: Frame, { init }: EstimateOptions = {}): Promise<EstimatedFlow> {
    const { width, height } = from;
    if (to.width !== width || to.height !== height) {
      throw new ShapeError('second frame', `${width} x ${height} as the first`, `${to.width} x ${to.height}`);
    }
    this.#requireSize(width, height);
    const inputs = {
      frame0: frameToTensor(from, 'first frame'),
      frame1: frameToTensor(to, 'second frame'),
      ...(init !== undefined && { flowInit: init }),
    };
    const found = this.#queue.then(() => this.#run(inputs));
    this.#queue = found.catch(() => undefined);
    const { flow, low } = await found;
    return { data: flow!.data as Float32Array, width, height, low: low! };
  }

  async dispose(): Promise<void> {
    await this.#queue;
    await this.#compiler.dispose();
  }

  #requireSize(width: number, height: number): void {
    if (width * height <= maxPixels) return;
    throw new UnsupportedError(
      `${this.id} compares all pixels with all: frames of ${width} x ${height} are too many.`,
      {
        hint: `Make them smaller, at most ${maxPixels} pixels in all, or take another method.`,
      },
    );
  }
}
