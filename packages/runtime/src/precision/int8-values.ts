import type { GraphAssembler } from '../graph/builder.js';
import type { Graph } from '../graph/graph.js';
import { permute, TO_CHANNELS_FIRST, TO_CHANNELS_LAST } from '../graph/permutation.js';
import type { GraphCopy } from '../passes/graph-copy.js';
import type { ChannelRanges } from './calibration.js';

/** How a picture is stored in bytes: channel c is `profile[c] * scale * (byte - zeroPoint)`. */
export interface Quantization {
  readonly profile: Float64Array;
  readonly scale: number;
  readonly zeroPoint: number;
}

const LEVELS = 255;

/** Steps that reach from the smallest to the largest divided value, zero among them (padding must be exact). */
function quantizationFor({ low, high }: ChannelRanges, profile: Float64Array): Quantization {
  let [lowest, highest] = [0, 0];
  profile.forEach((size, channel) => {
    lowest = Math.min(lowest, (low[channel] as number) / size);
    highest = Math.max(highest, (high[channel] as number) / size);
  });
  const scale = (highest - lowest) / LEVELS || 1;
  return { profile, scale, zeroPoint: Math.round(-lowest / scale) };
}

/**
 * Values of a graph that is rewritten, in two forms that are made when first asked for: float32 NCHW, and bytes NHWC (which
 * ONNX Runtime's integer kernels want).
 */
export class Int8Values {
  readonly #copy: GraphCopy;
  readonly #graph: Graph;
  readonly #ranges: ReadonlyMap<string, ChannelRanges>;
  readonly #profiles: ReadonlyMap<string, Float64Array>;
  readonly #bytes = new Map<string, string>();
  readonly #quantizations = new Map<string, Quantization>();

  constructor(
    copy: GraphCopy,
    ranges: ReadonlyMap<string, ChannelRanges>,
    profiles: ReadonlyMap<string, Float64Array>,
  ) {
    this.#copy = copy;
    this.#graph = copy.source;
    this.#ranges = ranges;
    this.#profiles = profiles;
  }

  /** How `value` is or would be stored in bytes. */
  quantization(value: string): Quantization {
    const known = this.#quantizations.get(value);
    if (known !== undefined) return known;
    const [ranges, profile] = [this.#ranges.get(value), this.#profiles.get(value)];
    if (ranges === undefined || profile === undefined) throw new Error(`Value "${value}" has no calibrated range.`);
    const made = quantizationFor(ranges, profile);
    this.#quantizations.set(value, made);
    return made;
  }

  /** States that `value` has the scale of what it was cut from. */
  inherit(value: string, { scale, zeroPoint }: Omit<Quantization, 'profile'>): void {
    this.#quantizations.set(value, { ...this.quantization(value), scale, zeroPoint });
  }

  /** States that `value` is stored as the bytes `name`, NHWC. */
  bindBytes(value: string, name: string): void {
    const shape = this.#graph.values.get(value)?.shape as readonly number[];
    this.#copy.target.declare(name, { shape: permute(shape, TO_CHANNELS_LAST), dtype: 'uint8' });
    this.#bytes.set(value, name);
  }

  /** The name of `value` in bytes, NHWC. */
  bytes(value: string): string {
    const known = this.#bytes.get(value);
    if (known !== undefined) return known;
    const { target } = this.#copy;
    const float = this.#copy.name(value);
    const producer = target.producer(float);
    // A picture that was only just made NCHW is taken as it was before.
    const isFromLast =
      producer?.opType === 'Transpose' && String(producer.attributes.perm) === TO_CHANNELS_FIRST.join();
    const source = isFromLast ? (producer.inputs[0] as string) : float;
    const [shape, axis] = [target.info(source)?.shape as readonly number[], isFromLast ? 3 : 1];
    const quantized = target.node('QuantizeLinear', [source, ...this.#parameters(value)], { axis });
    target.declare(quantized, { shape, dtype: 'uint8' });
    const name = isFromLast ? quantized : target.node('Transpose', [quantized], { perm: [...TO_CHANNELS_LAST] });
    this.bindBytes(value, name);
    return name;
  }

  /** The name of `value` in float32, in the form of the source. */
  float(value: string): string {
    const bytes = this.#bytes.get(value);
    if (bytes === undefined || this.#copy.isBound(value)) return this.#copy.name(value);
    const { target } = this.#copy;
    const first = target.node('Transpose', [bytes], { perm: [...TO_CHANNELS_FIRST] });
    const name = target.node('DequantizeLinear', [first, ...this.#parameters(value)], { axis: 1 });
    target.declare(name, { shape: target.info(first)?.shape as readonly number[], dtype: 'float32' });
    this.#copy.bind(value, name);
    return name;
  }

  /** Scale and zero point as conversions take them: one, or one for each channel. */
  #parameters(value: string): [string, string] {
    const { profile, scale, zeroPoint } = this.quantization(value);
    const { target } = this.#copy;
    const [first] = profile as unknown as [number];
    if (profile.every((size) => size === first)) return scalars(target, { scale: scale * first, zeroPoint });
    const scales = Float32Array.from(profile, (size) => size * scale);
    const zeroPoints = new Uint8Array(profile.length).fill(zeroPoint);
    return [
      target.float32(scales, [profile.length]),
      target.constant({ dtype: 'uint8', shape: [profile.length], data: zeroPoints }),
    ];
  }
}

/** The scale and zero point of divided values, as the integer operators take them. */
export function scalars(target: GraphAssembler, { scale, zeroPoint }: Omit<Quantization, 'profile'>): [string, string] {
  return [target.float32([scale], []), target.constant({ dtype: 'uint8', shape: [], data: Uint8Array.of(zeroPoint) })];
}
