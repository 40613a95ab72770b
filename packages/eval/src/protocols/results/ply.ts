import { readFile } from 'node:fs/promises';
import { MediaError } from '@vosvfi/core';
import type { ModelPoints } from '../../pose/pose.js';

type NumberType = 'int8' | 'uint8' | 'int16' | 'uint16' | 'int32' | 'uint32' | 'float32' | 'float64';

const typeNames: Readonly<Record<string, NumberType>> = {
  ...{ char: 'int8', uchar: 'uint8', short: 'int16', ushort: 'uint16', int: 'int32', uint: 'uint32' },
  ...{ float: 'float32', double: 'float64' },
  ...{ int8: 'int8', uint8: 'uint8', int16: 'int16', uint16: 'uint16', int32: 'int32', uint32: 'uint32' },
  ...{ float32: 'float32', float64: 'float64' },
};

const readers: Record<NumberType, [bytes: number, (view: DataView, at: number, little: boolean) => number]> = {
  int8: [1, (view, at) => view.getInt8(at)],
  uint8: [1, (view, at) => view.getUint8(at)],
  int16: [2, (view, at, little) => view.getInt16(at, little)],
  uint16: [2, (view, at, little) => view.getUint16(at, little)],
  int32: [4, (view, at, little) => view.getInt32(at, little)],
  uint32: [4, (view, at, little) => view.getUint32(at, little)],
  float32: [4, (view, at, little) => view.getFloat32(at, little)],
  float64: [8, (view, at, little) => view.getFloat64(at, little)],
};

interface Header {
  readonly format: string;
  readonly count: number;
  readonly properties: readonly { readonly name: string; readonly type: NumberType }[];
  /** Where the numbers begin. */
  readonly end: number;
}

/**
 * The vertices of a PLY file, [n, 3], in its own unit. Text and both binary formats; vertices must come first.
 * @throws MediaError if it is missing, cut off or another kind of file.
 */
export async function readPlyPoints(file: string): Promise<ModelPoints> {
  let bytes: Buffer;
  try {
    bytes = await readFile(file);
  } catch (cause) {
    throw new MediaError(file, 'no such file, or it cannot be read.', { cause });
  }
  const header = readHeader(file, bytes);
  const columns = ['x', 'y', 'z'].map((axis) => header.properties.findIndex(({ name }) => name === axis));
  if (columns.includes(-1) || header.count === 0) throw new MediaError(file, 'holds no vertices with x, y and z.');
  return header.format === 'ascii' ? readText(file, bytes, header, columns) : readBinary(file, bytes, header, columns);
}

function readHeader(file: string, bytes: Buffer): Header {
  const end = bytes.indexOf('end_header');
  const lines = bytes.toString('latin1', 0, Math.max(0, end)).split(/\r?\n/);
  if (lines[0]?.trim() !== 'ply' || end < 0) throw new MediaError(file, 'is not a PLY file.');
  const words = lines.map((line) => line.trim().split(/\s+/));
  const format = words.find(([first]) => first === 'format')?.[1] ?? '';
  const elements = words.filter(([first]) => first === 'element');
  if (elements[0]?.[1] !== 'vertex' || !/^(ascii|binary_(little|big)_endian)$/.test(format)) {
    throw new MediaError(file, 'expected a text or binary PLY file whose first element is the vertices.');
  }
  const start = words.indexOf(elements[0]);
  const stop = elements[1] === undefined ? words.length : words.indexOf(elements[1]);
  const properties = words.slice(start, stop).flatMap(([first, type, name]) => {
    if (first !== 'property') return [];
    const known = typeNames[type ?? ''];
    if (known === undefined || name === undefined)
      throw new MediaError(file, `has vertices with a property "${type}".`);
    return [{ name, type: known }];
  });
  return { format, count: Number(elements[0][2]), properties, end: bytes.indexOf('\n', end) + 1 };
}

function readText(file: string, bytes: Buffer, { count, end }: Header, columns: readonly number[]): ModelPoints {
  const lines = bytes.toString('latin1', end).split('\n', count);
  const points = Float64Array.from(
    lines.flatMap((line) => {
      const numbers = line.trim().split(/\s+/);
      return columns.map((column) => Number(numbers[column] ?? Number.NaN));
    }),
  );
  if (lines.length === count && points.every(Number.isFinite)) return points;
  throw new MediaError(file, `expected ${count} vertices of finite numbers; it is cut off or damaged.`);
}

function readBinary(file: string, bytes: Buffer, header: Header, columns: readonly number[]): ModelPoints {
  const { count, properties, end } = header;
  const sizes = properties.map(({ type }) => readers[type][0]);
  const stride = sizes.reduce((sum, size) => sum + size, 0);
  if (bytes.length < end + count * stride) throw new MediaError(file, `expected ${count} vertices; it is cut off.`);
  const view = new DataView(bytes.buffer, bytes.byteOffset + end);
  const isLittle = header.format === 'binary_little_endian';
  const points = new Float64Array(count * 3);
  columns.forEach((column, axis) => {
    const offset = sizes.slice(0, column).reduce((sum, size) => sum + size, 0);
    const read = readers[properties[column]!.type][1];
    for (let i = 0; i < count; i++) points[3 * i + axis] = read(view, i * stride + offset, isLittle);
  });
  return points;
}
