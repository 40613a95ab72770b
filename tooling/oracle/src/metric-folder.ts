import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CheckpointError, type Frame, type Mask, MediaError } from '@vosvfi/core';
import { readMask } from '@vosvfi/data';
import { z } from 'zod';
import type { MetricComparison } from './case.js';

/** A number as `expected.json` has it: not-a-number and infinities are strings. */
export const storedNumber = z
  .union([z.number(), z.enum(['NaN', 'Infinity', '-Infinity'])])
  .transform((value) => Number(value));

/**
 * `expected.json` of a metric folder.
 * @throws CheckpointError if it is missing or of another form.
 */
export async function readExpected<T>(dir: string, schema: z.ZodType<T>): Promise<T> {
  const file = join(dir, 'expected.json');
  try {
    return schema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (cause) {
    const reason = cause instanceof z.ZodError ? z.prettifyError(cause) : String(cause);
    throw new CheckpointError(file, `is not the expected values of this metric (${reason}).`, { cause });
  }
}

/** The grey or palette values of a PNG as they are stored. */
export function readStoredMask(file: string): Promise<Mask> {
  return readMask(file, { grey: 'labels' });
}

/** A little-endian NumPy array, C order: its shape, and its values as numbers. */
export async function readNpy(file: string): Promise<{ shape: number[]; values: Float64Array }> {
  const bytes = await readFile(file);
  const headerEnd = 10 + bytes.readUInt16LE(8);
  const header = bytes.toString('latin1', 10, headerEnd);
  const descr = /'descr': '([^']+)'/.exec(header)?.[1];
  const shape = /'shape': \(([^)]*)\)/.exec(header)?.[1];
  if (bytes.toString('latin1', 1, 6) !== 'NUMPY' || descr === undefined || shape === undefined) {
    throw new MediaError(file, 'is not a NumPy array.');
  }
  const content = Uint8Array.from(bytes.subarray(headerEnd)).buffer;
  const extents = shape.split(',').filter((part) => part.trim() !== '');
  return { shape: extents.map(Number), values: valuesOf(file, descr, content) };
}

function valuesOf(file: string, descr: string, content: ArrayBuffer): Float64Array {
  if (descr === '<f4') return Float64Array.from(new Float32Array(content));
  if (descr === '<f8') return new Float64Array(content);
  if (descr === '|u1' || descr === '|b1') return Float64Array.from(new Uint8Array(content));
  throw new MediaError(file, `holds elements of type ${descr}; known are <f4, <f8, |u1 and |b1.`);
}

/** A NumPy array [H, W, 3] of values in 0..1 as a frame. */
export async function readNpyFrame(file: string): Promise<Frame> {
  const { shape, values } = await readNpy(file);
  const [height, width, channels] = shape;
  if (height === undefined || width === undefined || channels !== 3) {
    throw new MediaError(file, `expected the shape [H, W, 3], found [${shape.join(', ')}].`);
  }
  return { data: Float32Array.from(values), width, height };
}

/** Allowed difference: `relative` to the expected value, but not less than `relative` itself. */
export function comparison(name: string, actual: number, expected: number, relative: number): MetricComparison {
  return {
    name,
    actual,
    expected,
    tolerance: relative * Math.max(1, Number.isFinite(expected) ? Math.abs(expected) : 1),
  };
}

/** Allowed difference: `relative` to the expected value, however small that is. */
export function relativeComparison(name: string, actual: number, expected: number, relative: number): MetricComparison {
  return { name, actual, expected, tolerance: relative * Math.abs(expected) };
}
