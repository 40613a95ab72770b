import { appendFile, mkdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ConfigError } from '@vosvfi/core';
import { z } from 'zod';
import { metricsJson } from './report-json.js';

/** JSON has no infinity. */
const decibel = z.union([z.number(), z.literal('Infinity').transform(() => Number.POSITIVE_INFINITY)]);

const statistics = z.strictObject({
  mean: z.number(),
  recall: z.number(),
  decay: z.number(),
  perFrame: z.array(z.number()).readonly(),
});

const objectResult = z.strictObject({ object: z.int(), jaccard: statistics, boundary: statistics });

const davisSequence = z.strictObject({
  frames: z.array(z.int()).readonly(),
  objects: z.array(objectResult).readonly(),
});

const frameSchema = z.strictObject({
  kind: z.literal('frame'),
  sequence: z.string(),
  frame: z.int(),
  psnr: decibel,
  foregroundPsnr: decibel.nullable(),
  ssim: z.number(),
  interpolationError: z.number(),
  milliseconds: z.number(),
});

const segmentationSchema = z.strictObject({
  kind: z.literal('segmentation'),
  sequence: z.string(),
  allFrames: davisSequence,
  interpolatedFrames: davisSequence,
});

const headerSchema = z.strictObject({ kind: z.literal('header'), identity: z.string() });

/** What was measured of one predicted frame, and how long predicting it took. */
export type FrameRecord = z.output<typeof frameSchema>;

/** J and F of one interpolated sequence: over all inner frames, and over the predicted ones among them. */
export type SegmentationRecord = z.output<typeof segmentationSchema>;

/** Results of an evaluation as they come, one JSON line each, so that an interrupted one goes on where it stopped. */
export interface ResultCache {
  frame(sequence: string, frame: number): FrameRecord | undefined;
  segmentation(sequence: string): SegmentationRecord | undefined;
  add(record: FrameRecord | SegmentationRecord): Promise<void>;
}

/** A cache that ends with the program. */
export function memoryCache(): ResultCache {
  return cacheOver([], async () => {});
}

/**
 * A cache in a JSON-lines file, made if it is missing. A last line that was cut off by a crash is dropped.
 * @param identity what the results depend on; a file of another identity is refused.
 * @throws ConfigError if the file belongs to another evaluation or is damaged.
 */
export async function openFileCache(file: string, identity: string): Promise<ResultCache> {
  const text = await readFile(file, 'utf8').catch(() => '');
  const complete = text.slice(0, text.lastIndexOf('\n') + 1);
  if (complete === '') {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, `${JSON.stringify({ kind: 'header', identity })}\n`);
    return cacheOver([], appendTo(file));
  }
  if (complete.length < text.length) await truncate(file, Buffer.byteLength(complete));
  const [header, ...lines] = complete.trimEnd().split('\n');
  const found = parseLine(file, 1, header!, headerSchema).identity;
  if (found !== identity) {
    throw new ConfigError('cache', `${file} belongs to another evaluation: expected ${identity}, found ${found}.`, {
      hint: 'Delete the file or name another.',
    });
  }
  const schema = z.discriminatedUnion('kind', [frameSchema, segmentationSchema]);
  return cacheOver(
    lines.map((line, i) => parseLine(file, i + 2, line, schema)),
    appendTo(file),
  );
}

function parseLine<T>(file: string, line: number, text: string, schema: z.ZodType<T>): T {
  try {
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    const reason = cause instanceof z.ZodError ? z.prettifyError(cause) : String(cause);
    throw new ConfigError('cache', `${file}, line ${line} is damaged (${reason}).`, {
      hint: 'Delete the file to evaluate again.',
      cause,
    });
  }
}

function appendTo(file: string): (record: FrameRecord | SegmentationRecord) => Promise<void> {
  return (record) => appendFile(file, `${metricsJson(record)}\n`);
}

function cacheOver(
  records: readonly (FrameRecord | SegmentationRecord)[],
  write: (record: FrameRecord | SegmentationRecord) => Promise<void>,
): ResultCache {
  const frames = new Map<string, FrameRecord>();
  const segmentations = new Map<string, SegmentationRecord>();
  const remember = (record: FrameRecord | SegmentationRecord): void => {
    if (record.kind === 'frame') frames.set(`${record.sequence}/${record.frame}`, record);
    else segmentations.set(record.sequence, record);
  };
  for (const record of records) remember(record);
  return {
    frame: (sequence, frame) => frames.get(`${sequence}/${frame}`),
    segmentation: (sequence) => segmentations.get(sequence),
    add: async (record) => {
      await write(record);
      remember(record);
    },
  };
}
