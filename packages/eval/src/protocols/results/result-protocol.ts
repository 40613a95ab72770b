import { z } from 'zod';
import { publishedSchema } from '../../evaluation/protocol-schema.js';

const common = {
  id: z.string().regex(/^[a-z0-9][a-z0-9-]*$/, 'expected lower-case letters, digits and hyphens'),
  /** Rises when a number could change. */
  version: z.int().min(1),
  title: z.string(),
  description: z.string(),
  /** Where the data set comes from and on what terms. */
  source: z.string(),
  /** Number of sequences or objects of the whole set, to tell when some are missing. */
  items: z.int().min(1).optional(),
  /** What the folder of results has to look like. */
  results: z.string(),
  published: z.array(publishedSchema).default([]),
};

/** A benchmark whose results another program wrote to files: it is not told how, only what came out. */
export const resultProtocolSchema = z.discriminatedUnion('task', [
  /** A tracker that is started again after failures (VOT). */
  z.strictObject({
    ...common,
    task: z.literal('supervised-tracking'),
    /** Lengths over which overlap is expected. */
    lengths: z.tuple([z.int(), z.int()]),
  }),
  /** A tracker that is started once (OTB). */
  z.strictObject({ ...common, task: z.literal('one-pass-tracking') }),
  /** Poses of known objects (Linemod). */
  z.strictObject({
    ...common,
    task: z.literal('pose'),
    /** Names and numbers of the objects. */
    objects: z.array(z.strictObject({ name: z.string(), number: z.int() })).min(1),
    /** Objects whose distance is that to the nearest point (ADD-S). */
    symmetric: z.array(z.string()),
    /** Objects that look the same after half a turn about their z axis; their projections may be those of either. */
    halfTurn: z.array(z.string()),
    /** 3x3, C order. */
    camera: z.array(z.number()).length(9),
    /** Shares of the diameter under which an ADD is right. */
    distances: z.array(z.number().positive()).min(1),
    /** Pixels under which a reprojection error is right. */
    pixels: z.array(z.number().positive()).min(1),
  }),
  /** Completed videos. */
  z.strictObject({
    ...common,
    task: z.literal('inpainting'),
    resolution: z.enum(['480p', '1080p', 'Full-Resolution']).optional(),
    /** Folder of the masks beside `JPEGImages`: not 0 where the picture was filled in. */
    masks: z.string(),
    sequences: z.array(z.string()).min(1).optional(),
  }),
  /** Masks of objects followed through videos. */
  z.strictObject({
    ...common,
    task: z.literal('segmentation'),
    resolution: z.enum(['480p', '1080p', 'Full-Resolution']).optional(),
    sequences: z.array(z.string()).min(1).optional(),
    objects: z.enum(['separate', 'merged']),
  }),
]);

/** A checked protocol of results in files. */
export type ResultProtocol = z.output<typeof resultProtocolSchema>;
/** A protocol of results in files as it is written. */
export type ResultProtocolInput = z.input<typeof resultProtocolSchema>;
/** That of one task. */
export type ResultProtocolOf<Task extends ResultProtocol['task']> = Extract<ResultProtocol, { task: Task }>;
