import type { Random } from '@vosvfi/core';
import { fractalNoise } from './noise.js';

/** Texels for one pixel at scale 1; finer than the picture, so that sampling between texels blurs little. */
export const TEXELS_PER_PIXEL = 1.5;

/** How far the textures of objects go beyond their radius on all sides, pixels at scale 1. */
export const SURFACE_MARGIN = 1;

/** Interleaved RGB 0..1 over a rectangle of a surface's own plane, whose upper left corner is (left, top) in pixels at scale 1. */
export interface Texture {
  readonly data: Float32Array;
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly top: number;
}

/** Texels of a texture that is still to be filled. */
export interface TextureGrid {
  readonly width: number;
  readonly height: number;
}

/** The rectangle of a surface's plane that a texture covers, in pixels at scale 1. */
export interface TextureBounds {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Fills a texture: interleaved RGB 0..1. */
export type TextureFill = (grid: TextureGrid, random: Random) => Float32Array;

type Field = (width: number, height: number, random: Random) => Float32Array;

const noise: Field = (width, height, random) =>
  fractalNoise(width, height, random, {
    cell: random.uniform(0.15, 1) * Math.max(width, height),
    octaves: 7,
    persistence: random.uniform(0.4, 0.75),
  });

const coarseNoise = (width: number, height: number, random: Random) =>
  fractalNoise(width, height, random, { cell: Math.max(width, height) / 2, octaves: 3, persistence: 0.5 });

/** Fills a field from rotated, scaled coordinates (u, v), in periods. */
function periodic(width: number, height: number, random: Random, value: (u: number, v: number) => number) {
  const field = new Float32Array(width * height);
  const angle = random.uniform(0, Math.PI);
  const period = TEXELS_PER_PIXEL * random.uniform(5, 28);
  const cos = Math.cos(angle) / period;
  const sin = Math.sin(angle) / period;
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) field[i] = value(x * cos - y * sin, x * sin + y * cos);
  }
  return field;
}

const triangle = (u: number) => Math.abs(2 * (u - Math.floor(u)) - 1);

/** 0 below, 1 above, with a ramp that the texel grid can carry. */
const step = (value: number, sharpness: number) => Math.min(1, Math.max(0, value * sharpness + 0.5));

const stripes: Field = (width, height, random) => {
  const sharpness = random.uniform(1, 6);
  const bend = random.chance(0.5) ? random.uniform(0.3, 2) : 0;
  const warp = bend > 0 ? coarseNoise(width, height, random) : undefined;
  let i = 0;
  return periodic(width, height, random, (u) => step(triangle(u + (warp ? bend * warp[i++]! : 0)) - 0.5, sharpness));
};

const checks: Field = (width, height, random) => {
  const sharpness = random.uniform(4, 10);
  return periodic(width, height, random, (u, v) => step((triangle(u) - 0.5) * (triangle(v) - 0.5) * 2, sharpness * 2));
};

const dots: Field = (width, height, random) => {
  const radius = random.uniform(0.15, 0.4);
  return periodic(width, height, random, (u, v) => {
    const x = u - Math.floor(u) - 0.5;
    const y = v - Math.floor(v) - 0.5;
    return step(radius - Math.sqrt(x * x + y * y), 8);
  });
};

const bricks: Field = (width, height, random) => {
  const joint = random.uniform(0.05, 0.15);
  return periodic(width, height, random, (u, v) => {
    const row = Math.floor(v);
    const along = u * 0.5 + (row & 1) * 0.5;
    const edge = Math.min(0.5 - Math.abs(v - row - 0.5), 2 * (0.5 - Math.abs(along - Math.floor(along) - 0.5)));
    return step(edge - joint, 8);
  });
};

const gradient: Field = (width, height, random) => {
  const field = new Float32Array(width * height);
  const angle = random.uniform(0, 2 * Math.PI);
  const cos = Math.cos(angle) / Math.max(width, height);
  const sin = Math.sin(angle) / Math.max(width, height);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) field[i] = step((x - width / 2) * cos + (y - height / 2) * sin, 1);
  }
  return field;
};

const fields: readonly Field[] = [noise, noise, noise, stripes, checks, dots, bricks, gradient];

const limit = (value: number) => Math.min(1, Math.max(0, value));

const RAMP = 512;

/** A ramp of two to four colours, [RAMP, 3]. */
function colourRamp(random: Random): Float32Array {
  const count = random.integer(2, 4);
  // Mostly muted, related colours, as on real surfaces.
  const saturation = random.uniform() ** 1.5;
  const tint = [random.uniform(-1, 1), random.uniform(-1, 1), random.uniform(-1, 1)];
  const spread = random.uniform(0.2, 1);
  const stops = Array.from({ length: count }, () => {
    const light = random.uniform(0.05, 0.95);
    return tint.map((value) => light + 0.5 * saturation * (value + spread * (random.uniform(-1, 1) - value)));
  });
  const ramp = new Float32Array(RAMP * 3);
  for (let i = 0; i < RAMP; i++) {
    const position = (i / (RAMP - 1)) * (count - 1);
    const index = Math.min(count - 2, Math.floor(position));
    for (let channel = 0; channel < 3; channel++) {
      const from = stops[index]![channel]!;
      ramp[i * 3 + channel] = from + (stops[index + 1]![channel]! - from) * (position - index);
    }
  }
  return ramp;
}

/** One pass of [1 2 1] / 4 along `stride`: takes away what sampling at the pixel pitch could not carry. */
function smooth(data: Float32Array, lines: number, lineStride: number, length: number, stride: number): void {
  for (let line = 0; line < lines; line++) {
    for (let channel = 0; channel < 3; channel++) {
      let i = line * lineStride + channel;
      let before = data[i]!;
      for (let k = 0; k < length - 1; k++, i += stride) {
        const here = data[i]!;
        data[i] = 0.25 * (before + data[i + stride]!) + 0.5 * here;
        before = here;
      }
    }
  }
}

/** A random pattern in random colours. */
const fillWithPattern: TextureFill = ({ width, height }, random) => {
  const pattern = fields[random.integer(0, fields.length - 1)]!(width, height, random);
  const grain = noise(width, height, random);
  const ramp = colourRamp(random);
  const grainGain = random.uniform(0.2, 0.9);
  const data = new Float32Array(width * height * 3);
  for (let i = 0; i < pattern.length; i++) {
    const colour = 3 * Math.round(pattern[i]! * (RAMP - 1));
    const light = 1 + grainGain * (grain[i]! - 0.5);
    data[i * 3] = limit(ramp[colour]! * light);
    data[i * 3 + 1] = limit(ramp[colour + 1]! * light);
    data[i * 3 + 2] = limit(ramp[colour + 2]! * light);
  }
  return data;
};

/** A random texture over a rectangle of a surface's plane. */
export function createTexture(bounds: TextureBounds, random: Random, fill: TextureFill = fillWithPattern): Texture {
  const width = Math.max(4, Math.ceil((bounds.right - bounds.left) * TEXELS_PER_PIXEL) + 1);
  const height = Math.max(4, Math.ceil((bounds.bottom - bounds.top) * TEXELS_PER_PIXEL) + 1);
  const data = fill({ width, height }, random);
  smooth(data, height, width * 3, width, 3);
  smooth(data, width, 3, height, width * 3);
  return { data, width, height, left: bounds.left, top: bounds.top };
}

/** Bilinear sample at (x, y) of the surface's plane into `target[at..at+2]`; outside, the nearest texel. */
export function sampleTexture(texture: Texture, x: number, y: number, target: Float32Array, at: number): void {
  const { data, width, height } = texture;
  const u = Math.min(width - 1.001, Math.max(0, (x - texture.left) * TEXELS_PER_PIXEL));
  const v = Math.min(height - 1.001, Math.max(0, (y - texture.top) * TEXELS_PER_PIXEL));
  const column = u | 0;
  const row = v | 0;
  const a = u - column;
  const b = v - row;
  const upper = (row * width + column) * 3;
  const lower = upper + width * 3;
  const w00 = (1 - a) * (1 - b);
  const w01 = a * (1 - b);
  const w10 = (1 - a) * b;
  const w11 = a * b;
  target[at] = data[upper]! * w00 + data[upper + 3]! * w01 + data[lower]! * w10 + data[lower + 3]! * w11;
  target[at + 1] = data[upper + 1]! * w00 + data[upper + 4]! * w01 + data[lower + 1]! * w10 + data[lower + 4]! * w11;
  target[at + 2] = data[upper + 2]! * w00 + data[upper + 5]! * w01 + data[lower + 2]! * w10 + data[lower + 5]! * w11;
}
