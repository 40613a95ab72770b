import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Frame, Mask } from '@vosvfi/core';
import { decode } from 'fast-png';

const ROOT = fileURLToPath(new URL('../fixtures/', import.meta.url));

/** Path of a file below `test/fixtures`. */
export function fixturePath(path: string): string {
  return ROOT + path;
}

/** Parsed JSON of a fixture. The caller knows its shape. */
export function readFixtureJson<T>(path: string): T {
  return JSON.parse(readFileSync(fixturePath(path), 'utf8')) as T;
}

function decodeBytes(path: string): { data: Uint8Array; width: number; height: number; channels: number } {
  const image = decode(readFileSync(fixturePath(path)));
  return {
    data: Uint8Array.from(image.data),
    width: image.width,
    height: image.height,
    channels: image.channels,
  };
}

/** An RGB PNG. */
export function readFixtureFrame(path: string): Frame {
  const { data, width, height, channels } = decodeBytes(path);
  if (channels !== 3) throw new Error(`${path} is not RGB.`);
  return { data, width, height };
}

/** A grey or paletted PNG as labels. */
export function readFixtureMask(path: string): Mask {
  const { data, width, height, channels } = decodeBytes(path);
  if (channels !== 1) throw new Error(`${path} is not a label image.`);
  return { data, width, height };
}

/** A float32 NumPy array [H, W, 3] as a frame. */
export function readFixtureNpy(path: string): Frame {
  const bytes = readFileSync(fixturePath(path));
  const headerEnd = 10 + bytes.readUInt16LE(8);
  const shape = /'shape': \((\d+), (\d+), 3\)/.exec(bytes.toString('latin1', 10, headerEnd));
  if (shape === null) throw new Error(`${path} is not [H, W, 3].`);
  const data = new Float32Array(Uint8Array.from(bytes.subarray(headerEnd)).buffer);
  return { data, width: Number(shape[2]), height: Number(shape[1]) };
}

/** The values of a float32 NumPy array of any shape. */
export function readFixtureNpyValues(path: string): Float32Array {
  const bytes = readFileSync(fixturePath(path));
  return new Float32Array(Uint8Array.from(bytes.subarray(10 + bytes.readUInt16LE(8))).buffer);
}

/** A number as the fixtures write it, where infinities are strings. */
export function toNumber(value: number | string): number {
  return typeof value === 'number' ? value : Number(value);
}
