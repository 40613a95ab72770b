import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fromBinary } from '@bufbuild/protobuf';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { crc32c } from './crc32c.js';
import { EventSchema } from './event_pb.js';
import { createEventFile } from './event-file.js';
import { histogramOf } from './histogram.js';
import { frameRecord } from './record.js';

const stock = await readFile(new URL('../../test/fixtures/stock.tfevents', import.meta.url));

/** The payloads of a TFRecord file; checksums are not looked at. */
function payloads(file: Uint8Array): Uint8Array[] {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const found: Uint8Array[] = [];
  for (let at = 0; at < file.length; ) {
    const length = Number(view.getBigUint64(at, true));
    found.push(file.subarray(at + 12, at + 12 + length));
    at += 16 + length;
  }
  return found;
}

/** Bytes of each record of a file. */
function records(file: Uint8Array): string[] {
  return payloads(file).map((payload) => Buffer.from(frameRecord(payload)).toString('hex'));
}

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vosvfi-events-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('event files', () => {
  it('has the checksum of RFC 3720', () => {
    expect(crc32c(new TextEncoder().encode('123456789'))).toBe(0xe3069283);
    expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa);
    expect(crc32c(new Uint8Array(32).fill(0xff))).toBe(0x62a8ab43);
  });

  it('frames records with the bytes that TensorBoard writes', () => {
    expect(Buffer.concat(payloads(stock).map(frameRecord)).equals(stock)).toBe(true);
  });

  it('writes the bytes that TensorBoard writes for the same events', async () => {
    const [, , , image] = payloads(stock).map((payload) => fromBinary(EventSchema, payload));
    const picture = image?.what.case === 'summary' ? image.what.value.value[0]?.value : undefined;
    const bytes = picture?.case === 'image' ? picture.value.encodedImageString : new Uint8Array();
    expect(bytes.length).toBeGreaterThan(60);

    const times = [0, 1.5, 2.25, 3, 4];
    let next = 0;
    const file = createEventFile(folder, { firstStep: 7, now: () => times[next++ - 1] ?? 0, host: 'a/b c' });
    file.scalars(7, { 'loss/total': 0.25, 'loss/λ1': -3.5, broken: Number.NaN });
    file.image(300, 'sample-0', { bytes, width: 1, height: 1 });
    await file.flush();
    expect(file.path).toMatch(/events\.out\.tfevents\.0000000000\.a_b_c\.\d+\.\d+$/);
    // The first event names the writer; the last one has buckets of its own.
    expect(records(await readFile(file.path)).slice(1)).toEqual(records(stock).slice(1, 4));
  });

  it('writes histograms that TensorBoard reads', async () => {
    const file = createEventFile(folder, { firstStep: 1 });
    file.histogram(2 ** 40, 'weights/a', [0, 1.5, Number.NaN, 2, 1]);
    file.histogram(3, 'nothing', [Number.NaN]);
    await file.flush();
    const found = payloads(await readFile(file.path)).map((payload) => fromBinary(EventSchema, payload));
    expect(found).toHaveLength(3);
    const [, , event] = found;
    expect(event?.step).toBe(2n ** 40n);
    const value = event?.what.case === 'summary' ? event.what.value.value[0]?.value : undefined;
    expect(value?.case === 'histo' && value.value).toMatchObject({
      min: 0,
      max: 2,
      num: 4,
      sum: 4.5,
      sumSquares: 7.25,
    });
  });

  it('only appends whole records, also beside another file of this process', async () => {
    const [first, second] = [createEventFile(folder, { firstStep: 1 }), createEventFile(folder, { firstStep: 5 })];
    expect(first.path).not.toBe(second.path);
    first.scalars(1, { a: 1 });
    expect(first.pendingBytes).toBeGreaterThan(0);
    await first.flush();
    expect(first.pendingBytes).toBe(0);
    const before = await readFile(first.path);
    first.scalars(2, { a: 2 });
    await Promise.all([first.flush(), second.flush(), first.flush()]);
    const after = await readFile(first.path);
    expect(after.subarray(0, before.length).equals(before)).toBe(true);
    expect(payloads(after)).toHaveLength(4);
    expect(payloads(await readFile(second.path))).toHaveLength(2);
  });
});

describe('histogramOf', () => {
  it('counts every finite value once, with edges that rise to the largest', () => {
    expect(histogramOf([0, 1, 1.5, 2], 2)).toEqual({
      min: 0,
      max: 2,
      count: 4,
      sum: 4.5,
      sumOfSquares: 7.25,
      limits: [1, 2],
      counts: [1, 3],
    });
    expect(histogramOf([3, 3])).toMatchObject({ min: 3, max: 3, limits: [3], counts: [2] });
    expect(histogramOf([Number.NaN, Number.POSITIVE_INFINITY])).toBeUndefined();
    expect(histogramOf([])).toBeUndefined();
  });
});
