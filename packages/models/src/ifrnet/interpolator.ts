import { ConfigError, type Frame, type Interpolator, ShapeError, UnsupportedError, type WeightMap } from '@vosvfi/core';
import { padCentered, unpad } from '@vosvfi/ops';
import {
  type CompiledOnDemand,
  type Compiler,
  createCompiler,
  type EngineId,
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
  readonly #network: IfrnetNetwork;
  readonly #options: IfrnetInterpolatorOptions;
  readonly #multiple: number;
  readonly #compiler: Compiler;
  readonly #run: CompiledOnDemand;
  /** Ends when the last call has. */
  #queue: Promise<unknown> = Promise.resolve();
  #disposed = false;

  constructor(network: IfrnetNetwork, options: IfrnetInterpolatorOptions) {
    this.id = network.id;
    this.#network = network;
    this.#options = options;
    this.#multiple = multipleFor(options.scale ?? 1);
    const { weights, engine, threads, sessions = 2 } = options;
    if (!Number.isInteger(sessions) || sessions < 1) {
      throw new ConfigError('sessions', `expected a positive integer, found ${sessions}.`);
    }
    this.#compiler = createCompiler({
      capacity: sessions,
      ...(engine === undefined ? {} : { engine }),
      ...(threads === undefined ? {} : { threads }),
    });
    this.#run = this.#compiler.define(this.#function(), weights);
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

  #function(): TensorFunction {
    const scale = this.#options.scale ?? 1;
    return ({ frame0, frame1, t }, weights) => {
      const first = padCentered(frame0!, this.#multiple);
      const second = padCentered(frame1!, this.#multiple);
      const { frame } = this.#network.forward(weights, {
        frame0: first.padded,
        frame1: second.padded,
        t: t as tf.Tensor,
        scale,
      });
      return { frame: unpad(frame, first.margins) };
    };
  }
}

/** What sizes must be a multiple of, so that the resized frames are a multiple of 16. */
function multipleFor(scale: number): number {
  const multiple = Math.round(ifrnetMultiple / scale);
  if (!(scale > 0 && scale <= 1) || Math.abs(multiple * scale - ifrnetMultiple) > 1e-6) {
    throw new ConfigError('scale', `expected more than 0, at most 1, and 16 / scale whole; found ${scale}.`);
  }
  return multiple;
}
