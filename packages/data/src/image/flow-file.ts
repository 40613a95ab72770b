import { MediaError, ShapeError } from '@vosvfi/core';
import { readMediaFile, writeMediaFile } from './frame-file.js';

/** Optical flow of one picture. */
export interface FlowField {
  /** [height, width, 2]: shift in x and y, pixels. */
  readonly data: Float32Array;
  readonly width: number;
  readonly height: number;
}

/** First four bytes of a Middlebury .flo file as a little-endian float. */
const MAGIC = 202021.25;

/**
 * Reads a Middlebury .flo file.
 * @throws MediaError if the file is missing, not a flow file, or its length does not fit its size.
 */
export async function readFlow(file: string): Promise<FlowField> {
  const bytes = await readMediaFile(file);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (bytes.length < 12 || view.getFloat32(0, true) !== MAGIC) throw new MediaError(file, 'is not a .flo file.');
  const width = view.getInt32(4, true);
  const height = view.getInt32(8, true);
  const expected = 12 + width * height * 8;
  if (width < 1 || height < 1 || bytes.length !== expected) {
    throw new MediaError(file, `${width} x ${height} flow takes ${expected} bytes, found ${bytes.length}.`);
  }
  const data = new Float32Array(width * height * 2);
  for (let i = 0; i < data.length; i++) data[i] = view.getFloat32(12 + i * 4, true);
  return { data, width, height };
}

/**
 * Writes a Middlebury .flo file, atomically.
 * @throws ShapeError if the data does not fill the size; MediaError if the file cannot be written.
 */
export async function writeFlow(file: string, { data, width, height }: FlowField): Promise<void> {
  if (data.length !== width * height * 2) {
    throw new ShapeError(`flow for ${file}`, `[${height}, ${width}, 2]`, [data.length]);
  }
  const bytes = new Uint8Array(12 + data.length * 4);
  const view = new DataView(bytes.buffer);
  view.setFloat32(0, MAGIC, true);
  view.setInt32(4, width, true);
  view.setInt32(8, height, true);
  for (let i = 0; i < data.length; i++) view.setFloat32(12 + i * 4, data[i]!, true);
  await writeMediaFile(file, bytes);
}
