import { ConfigError, type Frame, type Interpolator, ShapeError, UnsupportedError, type WeightMap } from '@vosvfi/core';
import { padCentered, unpad } from '@vosvfi/ops';
import {
  type Calibration,
  type CompiledOnDemand,
  type Compiler,
  calibrate,
  createCompiler,
  type EngineId,
  type Precision,
  type RangeRule,
  type TensorFunction,
} from '@vosvfi/runtime';
import type * as tf from '@vosvfi/runtime/tf';
import { checkWeights } from '../check-weights.js';
import { frameToTensor, tensorToFrame } from '../frames.js';
import type { IfrnetConfig, IfrnetPreset } from './config.js';
import { ifrnetMultiple } from './forward.js';
import { createIfrnet, type IfrnetNetwork } from './network.js';

/** Options of {@link createIfrnetInterpolator}. */
export interface IfrnetInterpolatorOptions {
  /** An official size, or widths of your own. */
  readonly config: IfrnetPreset | IfrnetConfig;
  /** Weights with the keys and layouts of the official state dict. */
  readonly weights: WeightMap;
  /**
   * Times that the weights were trained for, or `any` if they take every time. Default [0.5], as the official weights
   * for Vimeo-90K; those for GoPro were trained for multiples of 1/8.
   */
  readonly trainedTimes?: readonly number[] | 'any';
  /** Interpolate at other times too, whatever comes out. Default false. */
  readonly allowUntrainedTime?: boolean;
  /** The network sees frames resized by this factor; 16 / scale must be whole. Default 1. */
  readonly scale?: number;
  /** Default `graph`. */
  readonly engine?: EngineId;
  readonly threads?: number;
  /** Default float32. Calibrations for int8 come from {@link calibrateIfrnet}. */
  readonly precision?: Precision;
  /** Frame sizes kept compiled at a time. Default 2. */
  readonly sessions?: number;
}

/**
 * An interpolator of frames of any size. Frames are padded, centred, with their edge samples to multiples of 16 (divided by
 * `scale`), as the authors advise, and cut back. Results are of the type of `frame0`: code values are rounded, floats are not.
 * Calls run one after another.
 *
 * @throws ConfigError for an invalid option; CheckpointError naming a tensor that is missing, unknown or mis-shaped.
 */
export function createIfrnetInterpolator(options: IfrnetInterpolatorOptions): Interpolator {
  const network = createIfrnet(options.config);
  checkWeights(network.parameters, options.weights, `weights of ${network.id}`);
  return new IfrnetInterpolator(network, options);
}

class IfrnetInterpolator implements Interpolator {
  readonly id: string;
  readonly #options: IfrnetInterpolatorOptions;
  readonly #compiler: Compiler;
  readonly #run: CompiledOnDemand;
  /** Ends when the last call has. */
  #queue: Promise<unknown> = Promise.resolve();
  #disposed = false;

  constructor(network: IfrnetNetwork, options: IfrnetInterpolatorOptions) {
    this.id = network.id;
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
    this.#run = this.#compiler.define(interpolationFunction(network, scale), weights);
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
        const t = { data: Float32Array.of(time), shape: [1, 1, 1, 1], dtype: 'float32' as const };
        const { frame } = await this.#run({ ...inputs, t });
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
function precisionOf(network: IfrnetNetwork, { precision }: IfrnetInterpolatorOptions): Precision | undefined {
  return precision?.kind === 'int8' ? { keepFloat: network.keepFloat ?? [], ...precision } : precision;
}

/** What is compiled: frames padded, interpolated, and cut back. */
function interpolationFunction(network: IfrnetNetwork, scale: number): TensorFunction {
  const multiple = multipleFor(scale);
  return ({ frame0, frame1, t }, weights) => {
    const first = padCentered(frame0!, multiple);
    const second = padCentered(frame1!, multiple);
    const padded = { frame0: first.padded, frame1: second.padded };
    const { frame } = network.forward(weights, { ...padded, t: t as tf.Tensor, scale });
    return { frame: unpad(frame, first.margins) };
  };
}

/** How to calibrate; the rest as for {@link createIfrnetInterpolator}. */
export interface IfrnetCalibrationOptions
  extends Pick<IfrnetInterpolatorOptions, 'config' | 'weights' | 'scale' | 'threads'> {
  /** Default `min-max`. */
  readonly rule?: RangeRule;
}

/**
 * Ranges for int8 from pairs of frames, all of one size, interpolated at t = 1/2; a few pairs, spread over a clip, do.
 * @throws ConfigError without pairs; ShapeError if the frames' sizes differ; CheckpointError as for the interpolator.
 */
export function calibrateIfrnet(
  { config, weights, scale = 1, threads, rule }: IfrnetCalibrationOptions,
  pairs: readonly (readonly [Frame, Frame])[],
): Promise<Calibration> {
  const network = createIfrnet(config);
  checkWeights(network.parameters, weights, `weights of ${network.id}`);
  const t = { data: Float32Array.of(0.5), shape: [1, 1, 1, 1], dtype: 'float32' as const };
  const inputs = pairs.map(([frame0, frame1]) => ({
    frame0: frameToTensor(frame0, 'first frame'),
    frame1: frameToTensor(frame1, 'second frame'),
    t,
  }));
  const shape = inputs[0]?.frame0.shape ?? [1, ifrnetMultiple, ifrnetMultiple, 3];
  const signature = { frame0: { shape }, frame1: { shape }, t: { shape: t.shape } };
  return calibrate(interpolationFunction(network, scale), signature, inputs, {
    weights,
    ...(threads === undefined ? {} : { threads }),
    ...(rule === undefined ? {} : { rule }),
  });
}

/** What sizes must be a multiple of, so that the resized frames are a multiple of 16. */
function multipleFor(scale: number): number {
  const multiple = Math.round(ifrnetMultiple / scale);
  if (!(scale > 0 && scale <= 1) || Math.abs(multiple * scale - ifrnetMultiple) > 1e-6) {
    throw new ConfigError('scale', `expected more than 0, at most 1, and 16 / scale whole; found ${scale}.`);
  }
  return multiple;
}
