import { createRandom } from '@vosvfi/core';
import type { SceneConfig } from './config.js';

/** What the camera does to pictures: defocus and the sensor's noise. */
export interface Lens {
  /** Standard deviation of the blur, pixels. */
  readonly blur: number;
  /** Standard deviation of the noise, colours being 0..1. */
  readonly grain: number;
}

/** The lens of a scene, the same at all times. */
export function sceneLens(seed: number, { blur, grain }: SceneConfig): Lens {
  const random = createRandom(seed).fork('lens');
  return { blur: blur * random.uniform() ** 2, grain: grain * random.uniform() ** 2 };
}

/** An RGB float raster. */
interface Picture {
  readonly colour: Float32Array;
  readonly width: number;
  readonly height: number;
}

/** Less than this changes hardly any 8-bit colour. */
const VISIBLE_BLUR = 0.2;

/** Half of a Gaussian of sum 1, its middle first. */
function gaussianTaps(deviation: number): Float32Array {
  const reach = Math.ceil(deviation * 3);
  const taps = Float32Array.from({ length: reach + 1 }, (_, i) => Math.exp(-(i ** 2) / (2 * deviation ** 2)));
  const sum = taps.reduce((total, tap) => total + 2 * tap, -taps[0]!);
  return taps.map((tap) => tap / sum);
}

/** Blurs one line of `length` samples that are `step` apart; samples beyond the ends repeat the last ones. */
function blurLine(colour: Float32Array, taps: Float32Array, line: Float32Array, start: number, step: number): void {
  const { length } = line;
  for (let i = 0; i < length; i++) line[i] = colour[start + i * step]!;
  for (let i = 0; i < length; i++) {
    let sum = taps[0]! * line[i]!;
    for (let k = 1; k < taps.length; k++) {
      sum += taps[k]! * (line[Math.max(0, i - k)]! + line[Math.min(length - 1, i + k)]!);
    }
    colour[start + i * step] = sum;
  }
}

function blurPicture({ colour, width, height }: Picture, deviation: number): void {
  const taps = gaussianTaps(deviation);
  const [row, column] = [new Float32Array(width), new Float32Array(height)];
  const stride = width * 3;
  for (let y = 0; y < height; y++) for (let c = 0; c < 3; c++) blurLine(colour, taps, row, y * stride + c, 3);
  for (let sample = 0; sample < stride; sample++) blurLine(colour, taps, column, sample, stride);
}

/**
 * What the lens makes of a picture, in place: objects and background go through the same blur and get the same noise, so
 * that neither a crisp outline nor a surface's own noise tells an object.
 * @param seed of the noise, which differs from picture to picture.
 */
export function throughLens(picture: Picture, { blur, grain }: Lens, seed: number): void {
  if (blur >= VISIBLE_BLUR) blurPicture(picture, blur);
  if (grain > 0) addGrain(picture.colour, grain, seed);
}

/** Normal deviates to pick from: a power of two, many enough that no pattern shows. */
const DEVIATES = 1 << 14;

/** Picks from a table, as drawing millions of normal deviates takes longer than all else about a scene. */
function addGrain(colour: Float32Array, deviation: number, seed: number): void {
  const random = createRandom(seed);
  const deviates = Float32Array.from({ length: DEVIATES }, () => random.normal(0, deviation));
  let state = seed | 1;
  for (let i = 0; i < colour.length; i++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    colour[i]! += deviates[state & (DEVIATES - 1)]!;
  }
}
