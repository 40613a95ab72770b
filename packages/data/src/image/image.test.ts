import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRandom, MediaError } from '@vosvfi/core';
import fc from 'fast-check';
import { encode } from 'fast-png';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readFlow, writeFlow } from './flow-file.js';
import { listImages, readFrame, readOpaqueFrame, writeFrame } from './frame-file.js';
import { readMask, writeMask } from './mask-file.js';
import { labelColours } from './palette.js';

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'vosvfi-image-'));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

const random = createRandom(1);
const noise = (length: number) => Uint8Array.from({ length }, () => random.integer(0, 255));
const frame = { data: noise(5 * 7 * 3), width: 7, height: 5 };

/** A TIFF file of one RGB pixel, of whole numbers (format 1) or floats (3). */
function tiff(samples: Uint16Array | Float32Array, format: 1 | 3): Uint8Array {
  const bits = 8 * samples.BYTES_PER_ELEMENT;
  const [tags, count] = [8, 11];
  const end = tags + 2 + 12 * count + 4;
  const bytes = new Uint8Array(end + 6 + samples.byteLength);
  const view = new DataView(bytes.buffer);
  bytes.set([0x49, 0x49, 42, 0, tags]);
  view.setUint16(tags, count, true);
  // Width, height, bits, compression, RGB, data, samples, rows, bytes, planes, format.
  const values = [
    [256, 3, 1, 1],
    [257, 3, 1, 1],
    [258, 3, 3, end],
    [259, 3, 1, 1],
    [262, 3, 1, 2],
    [273, 4, 1, end + 6],
    [277, 3, 1, 3],
    [278, 3, 1, 1],
    [279, 4, 1, samples.byteLength],
    [284, 3, 1, 1],
    [339, 3, 1, format],
  ] as const;
  values.forEach(([tag, type, length, value], i) => {
    const at = tags + 2 + 12 * i;
    view.setUint16(at, tag, true);
    view.setUint16(at + 2, type, true);
    view.setUint32(at + 4, length, true);
    view.setUint32(at + 8, value, true);
  });
  for (const i of [0, 1, 2]) view.setUint16(end + 2 * i, bits, true);
  bytes.set(new Uint8Array(samples.buffer), end + 6);
  return bytes;
}

describe('frames', () => {
  it('come back bit by bit from PNG and lossless WebP, and nearly from JPEG', async () => {
    for (const name of ['a.png', 'deep/folder/a.webp']) {
      await writeFrame(join(dir, name), frame, { quality: 100 });
      expect(await readFrame(join(dir, name))).toEqual(frame);
    }
    const grey = { data: new Uint8Array(16 * 16 * 3).fill(120), width: 16, height: 16 };
    await writeFrame(join(dir, 'a.jpg'), grey);
    const back = await readFrame(join(dir, 'a.jpg'));
    expect(Math.max(...back.data.map((value) => Math.abs(value - 120)))).toBeLessThanOrEqual(1);
  });

  it('of floats are clamped and rounded', async () => {
    const data = Float32Array.of(-0.2, 1.7, 127.6 / 255, 0, 1, 3.4 / 255);
    await writeFrame(join(dir, 'float.png'), { data, width: 2, height: 1 });
    expect([...(await readFrame(join(dir, 'float.png'))).data]).toEqual([0, 255, 128, 0, 255, 3]);
  });

  it('are read upright, from grey, with alpha and with 16 bits', async () => {
    const raw = { width: 2, height: 1, channels: 3 } as const;
    const turned = sharp(Uint8Array.of(255, 0, 0, 0, 0, 255), { raw }).withMetadata({ orientation: 6 });
    await turned.png().toFile(join(dir, 'turned.png'));
    expect(await readFrame(join(dir, 'turned.png'))).toEqual({
      data: Uint8Array.of(255, 0, 0, 0, 0, 255),
      width: 1,
      height: 2,
    });
    await writeFile(join(dir, 'grey.png'), encode({ width: 2, height: 1, data: Uint8Array.of(9, 200), channels: 1 }));
    expect([...(await readFrame(join(dir, 'grey.png'))).data]).toEqual([9, 9, 9, 200, 200, 200]);
    const deep = Uint16Array.of(0, 32896, 65535, 40000);
    await writeFile(join(dir, 'deep.png'), encode({ width: 1, height: 1, data: deep, channels: 4, depth: 16 }));
    expect([...(await readFrame(join(dir, 'deep.png'))).data]).toEqual([0, 128, 255]);
    // 10.72, 250.19 and 127.5 of 255: rounded, not cut off.
    const between = Uint16Array.of(2755, 64300, 32768);
    await writeFile(join(dir, 'deep.png'), encode({ width: 1, height: 1, data: between, channels: 3, depth: 16 }));
    expect([...(await readFrame(join(dir, 'deep.png'))).data]).toEqual([11, 250, 128]);
    await writeFile(join(dir, 'deep.png'), encode({ width: 3, height: 1, data: between, channels: 1, depth: 16 }));
    expect([...(await readFrame(join(dir, 'deep.png'))).data]).toEqual([11, 11, 11, 250, 250, 250, 128, 128, 128]);
    await writeFile(join(dir, 'deep.tif'), tiff(Uint16Array.of(2755, 64300, 32768), 1));
    expect([...(await readFrame(join(dir, 'deep.tif'))).data]).toEqual([11, 250, 128]);
  });

  it('of floating-point numbers are refused, and transparent ones where it is asked for', async () => {
    await writeFile(join(dir, 'float.tif'), tiff(Float32Array.of(0.5, Number.NaN, 1), 3));
    await expect(readFrame(join(dir, 'float.tif'))).rejects.toThrow(/float\.tif: holds floating-point samples/);
    for (const [alpha, isRefused] of [
      [255, false],
      [254, true],
    ] as const) {
      const data = Uint8Array.of(1, 2, 3, 255, 4, 5, 6, alpha);
      await writeFile(join(dir, 'alpha.png'), encode({ width: 2, height: 1, data, channels: 4 }));
      expect([...(await readFrame(join(dir, 'alpha.png'))).data]).toEqual([1, 2, 3, 4, 5, 6]);
      const strict = readOpaqueFrame(join(dir, 'alpha.png'));
      await (isRefused ? expect(strict).rejects.toThrow(/transparent in places/) : strict);
    }
  });

  it('that are missing, truncated, empty or no pictures are named', async () => {
    await expect(readFrame(join(dir, 'none.png'))).rejects.toThrow(/none\.png: no such file/);
    await expect(readFrame(dir)).rejects.toThrow(MediaError);
    await writeFrame(join(dir, 'whole.png'), { data: noise(64 * 64 * 3), width: 64, height: 64 });
    const bytes = await readFile(join(dir, 'whole.png'));
    for (const [name, content] of [
      ['cut.png', bytes.subarray(0, bytes.length >> 1)],
      ['head.png', bytes.subarray(0, 20)],
      ['text.png', Buffer.from('hello')],
      ['empty.png', Buffer.alloc(0)],
    ] as const) {
      await writeFile(join(dir, name), content);
      await expect(readFrame(join(dir, name))).rejects.toThrow(new RegExp(`${name}: .*(damaged|empty)`));
      await expect(readMask(join(dir, name))).rejects.toThrow(new RegExp(`${name}: .*(damaged|empty)`));
    }
  });

  it('are not written half, nor with an unknown extension', async () => {
    const target = join(dir, 'out', 'a.bmp');
    await expect(writeFrame(target, frame)).rejects.toThrow(/a\.bmp: .*\.png, \.jpg or \.webp/);
    await writeFrame(join(dir, 'out', 'b.png'), frame);
    expect(await readdir(join(dir, 'out'))).toEqual(['b.png']);
  });

  it('of a folder are listed in natural order', async () => {
    const folder = join(dir, 'list');
    for (const name of ['im10.png', 'im2.png', 'im1.PNG', '.hidden.png']) await writeFrame(join(folder, name), frame);
    await writeFile(join(folder, 'notes.txt'), '');
    const names = (await listImages(folder)).map((path) => path.slice(folder.length + 1));
    expect(names).toEqual(['im1.PNG', 'im2.png', 'im10.png']);
    await expect(listImages(join(dir, 'nowhere'))).rejects.toThrow(/nowhere: no such folder/);
  });
});

describe('masks', () => {
  it('keep every label as palette file, with the DAVIS colours', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 12, maxLength: 12 }), async (data) => {
        await writeMask(join(dir, 'p.png'), { data, width: 4, height: 3 });
        expect(await readMask(join(dir, 'p.png'))).toEqual({ data, width: 4, height: 3 });
      }),
      { numRuns: 20 },
    );
    await writeMask(join(dir, 'p.png'), { data: Uint8Array.of(0, 1, 2, 255), width: 4, height: 1 });
    expect([...(await readFrame(join(dir, 'p.png'))).data]).toEqual([0, 0, 0, 128, 0, 0, 0, 128, 0, 224, 224, 192]);
  });

  it('are 0 and 255 as binary file and 0 and 1 when read', async () => {
    await writeMask(
      join(dir, 'b.png'),
      { data: Uint8Array.of(0, 3, 255, 1), width: 2, height: 2 },
      { format: 'binary' },
    );
    expect([...(await readFrame(join(dir, 'b.png'))).data.filter((_, i) => i % 3 === 0)]).toEqual([0, 255, 0, 255]);
    expect([...(await readMask(join(dir, 'b.png'))).data]).toEqual([0, 1, 0, 1]);
  });

  it('are read from packed palettes, grey labels, 16-bit grey, RGB and RGBA', async () => {
    const read = async (png: Parameters<typeof encode>[0]) => {
      await writeFile(join(dir, 'v.png'), encode(png));
      return [...(await readMask(join(dir, 'v.png'))).data];
    };
    const palette = labelColours.slice(0, 4).map((colour) => [...colour]);
    // Two bits a sample, three samples a row, rows padded to bytes.
    const packed = Uint8Array.of(0b00_01_10_00, 0b11_00_01_00);
    expect(await read({ width: 3, height: 2, depth: 2, channels: 1, data: packed, palette })).toEqual([
      0, 1, 2, 3, 0, 1,
    ]);
    const size = { width: 3, height: 1 };
    expect(await read({ ...size, channels: 1, data: Uint8Array.of(0, 2, 255) })).toEqual([0, 2, 255]);
    expect(await read({ ...size, channels: 1, depth: 16, data: Uint16Array.of(0, 65535, 0) })).toEqual([0, 1, 0]);
    expect(await read({ ...size, channels: 2, data: Uint8Array.of(0, 255, 255, 255, 0, 9) })).toEqual([0, 1, 0]);
    expect(await read({ ...size, channels: 3, data: Uint8Array.of(0, 0, 0, 0, 128, 0, 128, 0, 0) })).toEqual([0, 2, 1]);
    expect(await read({ ...size, channels: 3, data: Uint8Array.of(0, 0, 0, 255, 255, 255, 0, 0, 0) })).toEqual([
      0, 1, 0,
    ]);
    const rgba = Uint8Array.of(0, 0, 0, 255, 128, 128, 0, 255, 0, 0, 0, 255);
    expect(await read({ ...size, channels: 4, data: rgba })).toEqual([0, 3, 0]);
  });

  it('with unknown colours or too many grey values are refused, unless said to be soft', async () => {
    const file = join(dir, 'odd.png');
    await writeFile(file, encode({ width: 2, height: 1, channels: 3, data: Uint8Array.of(0, 0, 0, 1, 2, 3) }));
    await expect(readMask(file)).rejects.toThrow(/odd\.png: colour \(1, 2, 3\) at x 1, y 0/);
    const ramp = Uint8Array.from({ length: 100 }, (_, i) => i * 2);
    await writeFile(file, encode({ width: 10, height: 10, channels: 1, data: ramp }));
    await expect(readMask(file)).rejects.toThrow(/100 different grey values/);
    expect((await readMask(file, { grey: 'binary' })).data.filter(Boolean).length).toBe(36);
  });
});

describe('flow', () => {
  it('comes back bit by bit, and a damaged file is named', async () => {
    const data = Float32Array.from({ length: 12 }, () => random.normal() * 10);
    const file = join(dir, 'a.flo');
    await writeFlow(file, { data, width: 3, height: 2 });
    expect(await readFlow(file)).toEqual({ data, width: 3, height: 2 });
    await writeFile(file, (await readFile(file)).subarray(0, 40));
    await expect(readFlow(file)).rejects.toThrow(/3 x 2 flow takes 60 bytes, found 40/);
    await expect(readFlow(join(dir, 'b.png'))).rejects.toThrow(/b\.png: is not a \.flo file/);
  });
});
