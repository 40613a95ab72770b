import {
  ConfigError,
  type Frame,
  type HostTensor,
  type Interpolator,
  ShapeError,
  UnsupportedError,
  type WeightMap,
} from '@vosvfi/core';
import {
  type Calibration,
  type CompiledOnDemand,
  type Compiler,
  calibrate,
  createCompiler,
  type EngineId,
  type Precision,
  type RangeRule,
} from '@vosvfi/runtime';
import { checkWeights } from './check-weights.js';
import { frameToTensor, tensorToFrame } from './frames.js';
import { type InterpolationNetwork, takesTime } from './interpolation-network.js';
import { paddedInterpolation } from './padded.js';

export { paddedInterpolation };

/** Options of {@link createNetworkInterpolator}. */
export interface InterpolatorOptions {
  /** Weights with the keys and layouts of the official state dict. */
  readonly weights: WeightMap;
  /**
   * Times that the weights were trained for, or `any` if they take every time. Default [0.5], as official weights for
   * Vimeo-90K triplets.
   */
  readonly trainedTimes?: readonly number[] | 'any';
  /** Interpolate at other times too, whatever comes out. Default false. */
  readonly allowUntrainedTime?: boolean;
  /** The network sees frames resized by this factor; its `multiple` / scale must be whole. Default 1. */
  readonly scale?: number;
  /** Default `graph`. */
  readonly engine?: EngineId;
  readonly threads?: number;
  /** Default float32. Calibrations for int8 come from {@link calibrateNetwork}. */
  readonly precision?: Precision;
  /** Frame sizes kept compiled at a time. Default 2. */
  readonly sessions?: number;
}

/**
 * An interpolator of frames of any size around a network. Frames are padded as the network's official code does and cut
 * back. Results are of the type of `frame0`: code values are rounded, floats are not. Calls run one after another.
 *
 * @throws ConfigError for an invalid option; CheckpointError naming a tensor that is missing, unknown or mis-shaped;
 * UnsupportedError for a scale where the network has none.
 */
export function createNetworkInterpolator(network: InterpolationNetwork, options: InterpolatorOptions): Interpolator {
  checkWeights(network.parameters, options.weights, `weights of ${network.id}`, network.trainingParameters);
  return new NetworkInterpolator(network, options);
}

class NetworkInterpolator implements Interpolator {
  readonly id: string;
  readonly #network: InterpolationNetwork;
  readonly #options: InterpolatorOptions;
  readonly #compiler: Compiler;
  readonly #run: CompiledOnDemand;
  /** Ends when the last call has. */
  #queue: Promise<unknown> = Promise.resolve();
  #disposed = false;

  constructor(network: InterpolationNetwork, options: InterpolatorOptions) {
    this.id = network.id;
    this.#network = network;
    this.#options = options;
    const { weights, engine, threads, scale = 1, sessions = 2 } = options;
    const precision = precisionOf(network, options);
    if (!Number.isInteger(sessions) || sessions < 1) {
      throw new ConfigError('sessions', `expected a positive integer, found ${sessions}.`);
    }
    this.#compiler = createCompiler({
      capacity: sessions,
      ...(engine === undefined ? {} : { engine }),
      ...(threads === undefined ? {} : { threads }),
      ...(precision === undefined ? {} : { precision }),
    });
    this.#run = this.#compiler.define(paddedInterpolation(network, scale), weights);
  }

  async interpolate(frame0: Frame, frame1: Frame, times: readonly number[]): Promise<Frame[]> {
    for (const time of times) this.#checkTime(time);
    if (frame0.width !== frame1.width || frame0.height !== frame1.height) {
      const expected = `${frame0.width} x ${frame0.height} as the first frame`;
      throw new ShapeError('second frame', expected, `${frame1.width} x ${frame1.height}`);
    }
    const inputs = { frame0: frameToTensor(frame0, 'first frame'), frame1: frameToTensor(frame1, 'second frame') };
    return this.#enqueue(async () => {
      const frames: Frame[] = [];
      for (const time of times) {
        const { frame } = await this.#run({ ...inputs, ...timeInput(this.#network, time) });
        frames.push(tensorToFrame(frame!, frame0));
      }
      return frames;
    });
  }

  async dispose(): Promise<void> {
    this.#disposed = true;
    await this.#queue;
    await this.#compiler.dispose();
  }

  #checkTime(time: number): void {
    if (!(time > 0 && time < 1)) throw new UnsupportedError(`t = ${time}: expected a time between 0 and 1.`);
    const { times } = this.#network;
    if (times !== 'any' && !times.includes(time)) {
      throw new UnsupportedError(`t = ${time}: ${this.id} makes t = ${times.join(', ')} only.`, {
        hint: 'Interpolate again between the results, or take a network of any time with weights for it (IFRNet trained on GoPro, RIFE_m).',
      });
    }
    const trained = this.#options.trainedTimes ?? [0.5];
    if (trained === 'any' || trained.includes(time) || this.#options.allowUntrainedTime === true) return;
    throw new UnsupportedError(`t = ${time}: these weights of ${this.id} were trained for t = ${trained.join(', ')}.`, {
      hint: 'Interpolate again between the results, take weights for any time, or set allowUntrainedTime.',
    });
  }

  #enqueue<T>(action: () => Promise<T>): Promise<T> {
    if (this.#disposed) throw new UnsupportedError(`The interpolator ${this.id} was disposed of.`);
    const result = this.#queue.then(action);
    this.#queue = result.catch(() => undefined);
    return result;
  }
}

/** With what the network keeps in float32. */
function precisionOf(network: InterpolationNetwork, { precision }: InterpolatorOptions): Precision | undefined {
  return precision?.kind === 'int8' ? { keepFloat: network.keepFloat ?? [], ...precision } : precision;
}

/** The input `t` of a compiled network, if it has one. */
function timeInput(network: InterpolationNetwork, time: number): Record<string, HostTensor> {
  return takesTime(network) ? { t: { data: Float32Array.of(time), shape: [1, 1, 1, 1], dtype: 'float32' } } : {};
}

/** How to calibrate; the rest as for {@link createNetworkInterpolator}. */
export interface CalibrationOptions extends Pick<InterpolatorOptions, 'weights' | 'scale' | 'threads'> {
  /** Default `min-max`. */
  readonly rule?: RangeRule;
}

/**
 * Ranges for int8 from pairs of frames, all of one size, interpolated at t = 1/2; a few pairs, spread over a clip, do.
 * @throws ConfigError without pairs; ShapeError if the frames' sizes differ; CheckpointError as for the interpolator.
 */
export function calibrateNetwork(
  network: InterpolationNetwork,
  { weights, scale = 1, threads, rule }: CalibrationOptions,
  pairs: readonly (readonly [Frame, Frame])[],
): Promise<Calibration> {
  checkWeights(network.parameters, weights, `weights of ${network.id}`, network.trainingParameters);
  const time = timeInput(network, 0.5);
  const inputs = pairs.map(([frame0, frame1]) => ({
    frame0: frameToTensor(frame0, 'first frame'),
    frame1: frameToTensor(frame1, 'second frame'),
    ...time,
  }));
  const shape = inputs[0]?.frame0.shape ?? [1, network.multiple, network.multiple, 3];
  const signature = {
    frame0: { shape },
    frame1: { shape },
    ...Object.fromEntries(Object.entries(time).map(([key, tensor]) => [key, { shape: tensor.shape }])),
  };
  return calibrate(paddedInterpolation(network, scale), signature, inputs, {
    weights,
    ...(threads === undefined ? {} : { threads }),
    ...(rule === undefined ? {} : { rule }),
  });
}
