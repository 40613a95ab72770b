import { z } from 'zod';

const name = z.string().regex(/^[a-z0-9][a-z0-9-]*$/, 'expected lower-case letters, digits and hyphens');

/** Where a data set's frames lie below its folder. */
const layoutSchema = z.discriminatedUnion('kind', [
  /** Folders of frames, with masks or without: `JPEGImages/[480p/]NAME` with `Annotations/[480p/]NAME`, or one folder of frames. */
  z.strictObject({
    kind: z.literal('davis'),
    resolution: z.enum(['480p', '1080p', 'Full-Resolution']).optional(),
    /** Names of the sequences; default: all there are. */
    sequences: z.array(z.string()).min(1).optional(),
  }),
  /** `sequences/AAAAA/BBBB/im1.png` to im3, listed in a file (Vimeo-90K). */
  z.strictObject({ kind: z.literal('vimeo-triplets'), list: z.string() }),
  /** One folder a triplet, with the names of its three frames. */
  z.strictObject({
    kind: z.literal('triplet-folders'),
    frames: z.tuple([z.string(), z.string(), z.string()]),
    /** Folder below the data set's; of the middle frames, where they lie elsewhere. */
    folder: z.string().default('.'),
    truthFolder: z.string().optional(),
    /**
     * Path of the middle frame's mask below the data set's folder, `{item}` standing for the triplet's name. Its grey values
     * are taken as they are, 0 to 255: motion masks are weights.
     */
    mask: z.string().optional(),
    /** Names of the triplets; default: all there are. */
    names: z.array(z.string()).min(1).optional(),
  }),
  /** A text file with three paths a line (SNU-FILM). */
  z.strictObject({ kind: z.literal('triplet-list'), list: z.string(), root: z.string().default('.') }),
  /** Folders of numbered frames below `folder`, or files whose paths say to which sequence they belong. */
  z.strictObject({
    kind: z.literal('frame-folders'),
    folder: z.string().default('.'),
    /**
     * Regular expression for a file's path below `folder`, with the groups `item` (the sequence) and `frame` (its number);
     * default: every folder with pictures is a sequence.
     */
    pattern: z.string().optional(),
    /** Frames of a sequence: where numbers are missing and after so many frames another begins, named after its first. */
    sequenceLength: z.int().min(3).optional(),
    /** Names of the sequences; default: all there are. */
    sequences: z.array(z.string()).min(1).optional(),
  }),
  /** Raw planar YUV 4:2:0 files whose paths and sizes are given (HD); `frames`: how many there must be at least. */
  z.strictObject({
    kind: z.literal('yuv420'),
    files: z
      .array(z.strictObject({ file: z.string(), width: z.int(), height: z.int(), frames: z.int().optional() }))
      .min(1),
  }),
  /** Scenes that are made from seeds; no files. */
  z.strictObject({
    kind: z.literal('synthetic'),
    seed: z.int(),
    scenes: z.int().min(1),
    framesPerScene: z.int().min(3),
    scene: z.record(z.string(), z.unknown()),
  }),
]);

/** Which frames are given and which are predicted. */
const selectionSchema = z.strictObject({
  /** Frames `step` apart are given, those between are predicted; 2 for x2, 4 for x4. */
  step: z.int().min(2),
  /** Only so many frames of each sequence. */
  maxFrames: z.int().min(3).optional(),
  /** First given frame. */
  first: z.int().min(0).default(0),
  /** Frames from one group of given and predicted frames to the next; default `step`: the last given frame is the next first. */
  stride: z.int().min(1).optional(),
  /** Predict in the first so many groups only; the given frames after them remain given. */
  groups: z.int().min(1).optional(),
  /** `direct`: each at its own time; `recursive`: the middle first, then the middles of the halves, from predicted frames. */
  order: z.enum(['direct', 'recursive']).default('direct'),
});

/** How frames are brought to the size that is evaluated, before anything else. */
const geometrySchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('none') }),
  z.strictObject({
    kind: z.literal('resize'),
    width: z.int(),
    height: z.int(),
    filter: z.enum(['area', 'bicubic', 'bilinear']),
  }),
  z.strictObject({ kind: z.literal('center-crop'), width: z.int(), height: z.int() }),
  /** Integer factor, by the mean of pixels. */
  z.strictObject({ kind: z.literal('shrink'), factor: z.int().min(2) }),
]);

/** A metric of a protocol: its name in the registry, its settings, and how its values become one. */
const protocolMetricSchema = z.strictObject({
  /** Name in the metric registry, e.g. `psnr`. */
  metric: z.string(),
  /** Name in tables, unique in the protocol; default: that of the metric. */
  as: z.string().optional(),
  options: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).default({}),
  /** `per-frame`: every frame counts alike; `per-sequence`: mean of the sequences' means. */
  average: z.enum(['per-frame', 'per-sequence']),
  /** Measured only on request, as it needs a network, parameters or much time. */
  optional: z.boolean().default(false),
});

/** Values of a method: means over all items, or those of one. */
export const publishedRowSchema = z.strictObject({
  method: z.string(),
  /** Id of the sequence or triplet that the values are of; without it they are over all. */
  item: z.string().optional(),
  values: z.record(z.string(), z.number()),
});

/** Rows of a published table, for comparison. */
export const publishedSchema = z.strictObject({
  /** For example "VOS-VFI, Table 1". */
  source: z.string(),
  rows: z.array(publishedRowSchema).min(1),
  /** What differs from this protocol, a sentence each; empty if nothing is known to differ. */
  differences: z.array(z.string()),
});

/** A benchmark of frame interpolation as data. */
export const protocolSchema = z.strictObject({
  id: name,
  /** Rises when a number could change. */
  version: z.int().min(1),
  title: z.string(),
  description: z.string(),
  /** Where the data set comes from and on what terms. */
  source: z.string(),
  task: z.literal('interpolation'),
  layout: layoutSchema,
  selection: selectionSchema,
  geometry: geometrySchema.default({ kind: 'none' }),
  /** Round predictions to 8 bits before they are measured. */
  quantize: z.boolean().default(true),
  metrics: z.array(protocolMetricSchema).min(1),
  /** J and F of masks that a segmenter carries through the sequence of given and predicted frames. */
  segmentation: z.strictObject({ objects: z.enum(['separate', 'merged']) }).optional(),
  /** Number of sequences or triplets of the whole set, to tell when some are missing. */
  items: z.int().min(1).optional(),
  published: z.array(publishedSchema).default([]),
});

/** A checked protocol. */
export type Protocol = z.output<typeof protocolSchema>;
/** A protocol as it is written. */
export type ProtocolInput = z.input<typeof protocolSchema>;
