import { open } from 'node:fs/promises';
import { ConfigError, ShapeError } from '../errors.js';
import { writeAtomically } from '../files.js';
import { type DType, type HostTensor, sizeOf } from '../tensor.js';
import { halfBits, largestHalf } from './half.js';
import { bytesPerElement, type StoredDType } from './stored.js';

const storedDTypes: Readonly<Record<DType, StoredDType>> = { float32: 'F32', int32: 'I32', bool: 'BOOL' };

/** Options of {@link writeSafetensors}. */
export interface WriteSafetensorsOptions {
  /** How float32 tensors are stored; `F16` rounds each number to 11 bits. Default `F32`. */
  readonly floats?: 'F32' | 'F16';
}

type StoredDTypes = Readonly<Record<DType, StoredDType>>;

function encodeHeader(
  tensors: ReadonlyMap<string, HostTensor>,
  metadata: Readonly<Record<string, string>>,
  dtypes: StoredDTypes,
): Buffer {
  let position = 0;
  const entries = [...tensors].map(([name, { data, shape, dtype }]) => {
    if (data.length !== sizeOf(shape)) {
      throw new ShapeError(`Tensor "${name}"`, `${sizeOf(shape)} elements`, `${data.length} elements`);
    }
    const begin = position;
    position += data.length * bytesPerElement(dtypes[dtype]);
    return [name, { dtype: dtypes[dtype], shape, data_offsets: [begin, position] }] as const;
  });
  if (tensors.has('__metadata__')) throw new ConfigError('__metadata__', 'is not possible as the name of a tensor.');
  const notes = Object.keys(metadata).length > 0 ? [['__metadata__', metadata] as const] : [];
  const text = JSON.stringify(Object.fromEntries<unknown>([...notes, ...entries]));
  // Spaces at the end keep the data aligned to 8 bytes.
  const length = Math.ceil(Buffer.byteLength(text) / 8) * 8;
  const header = Buffer.alloc(8 + length, ' ');
  header.writeBigUInt64LE(BigInt(length), 0);
  header.write(text, 8);
  return header;
}

/** @throws ConfigError naming the tensor if a number is too large for a half. */
function encodeHalves(name: string, data: ArrayLike<number>): Uint16Array {
  const halves = new Uint16Array(data.length);
  for (let i = 0; i < halves.length; i++) {
    const value = data[i]!;
    if (!(Math.abs(value) <= largestHalf)) {
      throw new ConfigError(name, `element ${i} is ${value}, which half precision cannot hold.`, {
        hint: `Halves go to ${largestHalf}; write float32.`,
      });
    }
    halves[i] = halfBits(value);
  }
  return halves;
}

/**
 * Writes tensors in the map's order (float32 as F32 or F16, int32 as I32, bool as BOOL). The file appears under its name
 * only when it is complete.
 * @throws ShapeError if a tensor's data do not fit its shape; ConfigError for F16 and a number that it cannot hold.
 */
export async function writeSafetensors(
  path: string,
  tensors: ReadonlyMap<string, HostTensor>,
  metadata: Readonly<Record<string, string>> = {},
  { floats = 'F32' }: WriteSafetensorsOptions = {},
): Promise<void> {
  const header = encodeHeader(tensors, metadata, { ...storedDTypes, float32: floats });
  await writeAtomically(path, async (temporary) => {
    const handle = await open(temporary, 'wx');
    try {
      await handle.writeFile(header);
      for (const [name, { data: values, dtype }] of tensors) {
        const data = dtype === 'float32' && floats === 'F16' ? encodeHalves(name, values) : values;
        await handle.writeFile(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
      }
      // The rename must not become visible before the data.
      await handle.sync();
    } finally {
      await handle.close();
    }
  });
}
