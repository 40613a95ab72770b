import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CheckpointError } from '../errors.js';
import { type HostTensor, hostTensor, sizeOf } from '../tensor.js';
import { readSafetensors } from './read.js';
import { elementsOf, toFloat32, toHostTensor } from './stored.js';
import { writeSafetensors } from './write.js';

let folder: string;
let path: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'safetensors-'));
  path = join(folder, 'file.safetensors');
});
afterAll(() => rm(folder, { recursive: true }));

const shapes = fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 4 });
const tensors: fc.Arbitrary<HostTensor> = shapes.chain((shape) => {
  const exact = { minLength: sizeOf(shape), maxLength: sizeOf(shape) };
  return fc.oneof(
    fc.float32Array(exact).map((data) => ({ data, shape, dtype: 'float32' as const })),
    fc.int32Array(exact).map((data) => ({ data, shape, dtype: 'int32' as const })),
    fc.uint8Array({ ...exact, max: 1 }).map((data) => ({ data, shape, dtype: 'bool' as const })),
  );
});

/** A file with the given header object (or text) and data. */
async function writeRaw(header: unknown, data: Uint8Array = new Uint8Array()): Promise<void> {
  const text = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const prefix = Buffer.alloc(8);
  prefix.writeBigUInt64LE(BigInt(text.length));
  await writeFile(path, Buffer.concat([prefix, text, data]));
}

describe('safetensors', () => {
  it('gives back what was written', async () => {
    const maps = fc.dictionary(fc.oneof(fc.string(), fc.constantFrom('__proto__', '7', 'ä.文')), tensors);
    const notes = fc.dictionary(fc.string(), fc.string());
    await fc.assert(
      fc.asyncProperty(maps, notes, async (map, metadata) => {
        const written = new Map(Object.entries(map).filter(([name]) => name !== '__metadata__'));
        await writeSafetensors(path, written, metadata);
        const read = await readSafetensors(path);
        expect(read.metadata).toEqual(metadata);
        expect(new Set(read.tensors.keys())).toEqual(new Set(written.keys()));
        for (const [name, tensor] of written) expect(toHostTensor(read.tensors.get(name)!, name)).toEqual(tensor);
      }),
    );
  });

  it('writes floats as halves if told to', async () => {
    const values = Float32Array.of(1, -0.5, 1 / 3, 65504);
    const written = new Map<string, HostTensor>([
      ['floats', hostTensor(values, [4])],
      ['flags', { data: Uint8Array.of(1), shape: [1], dtype: 'bool' }],
    ]);
    await writeSafetensors(path, written, {}, { floats: 'F16' });
    const { tensors: read } = await readSafetensors(path);
    expect([...read.values()].map(({ dtype }) => dtype)).toEqual(['F16', 'BOOL']);
    const halves = toFloat32(read.get('floats')!).data;
    expect([...halves]).toEqual([1, -0.5, 0x555 / 2 ** 12, 65504]);
    const large = new Map([['large', hostTensor(Float32Array.of(0, 65536), [2])]]);
    await expect(writeSafetensors(path, large, {}, { floats: 'F16' })).rejects.toThrow(/large: element 1 is 65536/);
    expect((await readSafetensors(path)).tensors.has('flags')).toBe(true);
  });

  it('keeps the order of names, aligns the data and leaves no temporary file', async () => {
    const one = hostTensor(Float32Array.of(1), [1]);
    await writeSafetensors(
      path,
      new Map([
        ['b', one],
        ['a', one],
        ['1', one],
      ]),
    );
    expect([...(await readSafetensors(path)).tensors.keys()]).toEqual(['b', 'a', '1']);
    expect((await readFile(path)).readBigUInt64LE(0) % 8n).toBe(0n);
    expect(await readdir(folder)).toEqual(['file.safetensors']);
  });

  it('reads every element type', async () => {
    const f64 = new Uint8Array(Float64Array.of(-1.5).buffer);
    const i64 = new Uint8Array(BigInt64Array.of(-9007199254740993n).buffer);
    // Halves: 1.5, the smallest denormal, -infinity, NaN, negative zero; bfloat16: -2, a denormal.
    const f16 = new Uint8Array(Uint16Array.of(0x3e00, 1, 0xfc00, 0x7e00, 0x8000).buffer);
    const bf16 = new Uint8Array(Uint16Array.of(0xc000, 1).buffer);
    const i16 = new Uint8Array(Int16Array.of(-3).buffer);
    await writeRaw(
      {
        f64: { dtype: 'F64', shape: [], data_offsets: [0, 8] },
        i64: { dtype: 'I64', shape: [1], data_offsets: [8, 16] },
        f16: { dtype: 'F16', shape: [5], data_offsets: [16, 26] },
        bf16: { dtype: 'BF16', shape: [2], data_offsets: [26, 30] },
        i16: { dtype: 'I16', shape: [1], data_offsets: [30, 32] },
        u8: { dtype: 'U8', shape: [1], data_offsets: [32, 33] },
      },
      Buffer.concat([f64, i64, f16, bf16, i16, Uint8Array.of(200)]),
    );
    const { tensors: read } = await readSafetensors(path);
    const values = (name: string) => [...toFloat32(read.get(name)!).data];
    expect(values('f64')).toEqual([-1.5]);
    expect(values('f16')).toEqual([1.5, 2 ** -24, Number.NEGATIVE_INFINITY, Number.NaN, -0]);
    expect(values('bf16')).toEqual([-2, 2 ** -133]);
    expect(values('i16')).toEqual([-3]);
    expect(values('u8')).toEqual([200]);
    expect(elementsOf(read.get('i64')!)[0]).toBe(-9007199254740993n);
    expect(() => toHostTensor(read.get('i64')!, 'i64')).toThrow(/"i64".*-9007199254740993.*32-bit/);
    expect(toHostTensor(read.get('u8')!, 'u8')).toEqual({ data: Int32Array.of(200), shape: [1], dtype: 'int32' });
  });

  const entry = { dtype: 'F32', shape: [2], data_offsets: [0, 8] };
  const damaged: [string, unknown, RegExp][] = [
    ['text instead of a header', '{"a": ', /not JSON/],
    ['a list as header', [], /not a JSON object/],
    ['an entry that is no object', { w: 3 }, /"w".*not an object/],
    ['an unknown type', { w: { ...entry, dtype: 'F7' } }, /"w".*unknown dtype "F7"/],
    ['a name of Object.prototype as type', { w: { ...entry, dtype: 'toString' } }, /unknown dtype "toString"/],
    ['a negative size', { w: { ...entry, shape: [-2] } }, /"w".*shape.*\[-2\]/],
    ['a fractional size', { w: { ...entry, shape: [1.5] } }, /"w".*shape/],
    ['a size beyond 2^53', { w: { ...entry, shape: [2 ** 53, 0] } }, /"w".*shape/],
    [
      'positions outside the file',
      { w: { ...entry, shape: [4], data_offsets: [0, 16] } },
      /"w".*outside.*8 data bytes/,
    ],
    ['reversed positions', { w: { ...entry, data_offsets: [8, 0] } }, /"w".*outside/],
    ['a size that does not fit', { w: { ...entry, shape: [3] } }, /"w".*need 12 bytes.*span 8/],
    ['overlapping tensors', { w: entry, v: { ...entry, shape: [1], data_offsets: [4, 8] } }, /"v" overlaps/],
    ['bytes without owner', { w: { ...entry, shape: [1], data_offsets: [4, 8] } }, /bytes 0 to 4 belong/],
    ['bytes after the last tensor', { w: { ...entry, shape: [1], data_offsets: [0, 4] } }, /bytes 4 to 8 belong/],
    ['notes that are not text', { w: entry, __metadata__: { step: 3 } }, /__metadata__.*strings/],
  ];
  it.each(damaged)('refuses %s', async (_, header, message) => {
    await writeRaw(header, new Uint8Array(8));
    const error = await readSafetensors(path).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(CheckpointError);
    expect((error as Error).message).toMatch(message);
    expect((error as CheckpointError).file).toBe(path);
  });

  it('refuses a header longer than the file, an empty file, a missing file and a folder', async () => {
    const prefix = Buffer.alloc(16);
    prefix.writeBigUInt64LE(2n ** 63n);
    await writeFile(path, prefix);
    await expect(readSafetensors(path)).rejects.toThrow(/header has 9223372036854775808 bytes, at most 8/);
    await writeFile(path, '');
    await expect(readSafetensors(path)).rejects.toThrow(/only 0 bytes/);
    await expect(readSafetensors(join(folder, 'none'))).rejects.toThrow(/none: no such file/);
    await expect(readSafetensors(folder)).rejects.toThrow(/is not a file|cannot be opened/);
  });

  it('never fails on damaged bytes with anything but a CheckpointError', async () => {
    await writeSafetensors(path, new Map([['w', hostTensor(new Float32Array(3), [3])]]), { note: 'x' });
    const intact = await readFile(path);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(intact.length - 1), fc.nat(255)), { maxLength: 3 }),
        fc.nat(intact.length),
        async (changes, length) => {
          const bytes = Buffer.from(intact);
          for (const [position, value] of changes) bytes[position] = value;
          await writeFile(path, bytes.subarray(0, length));
          const error = await readSafetensors(path).then(
            () => undefined,
            (reason: unknown) => reason,
          );
          if (length < intact.length) expect(error).toBeInstanceOf(CheckpointError);
          else expect(error === undefined || error instanceof CheckpointError).toBe(true);
        },
      ),
    );
  });
});
