import { z } from 'zod';
import type { Measurement } from './measurement.js';

/** JSON has no infinity. */
const value = z.union([z.number(), z.literal('Infinity').transform(() => Number.POSITIVE_INFINITY), z.null()]);

const statistics = z.strictObject({
  mean: z.number(),
  recall: z.number(),
  decay: z.number(),
  perFrame: z.array(z.number()).readonly(),
});

const davisSequence = z.strictObject({
  frames: z.array(z.int()).readonly(),
  objects: z.array(z.strictObject({ object: z.int(), jaccard: statistics, boundary: statistics })).readonly(),
});

const segmentation = z.strictObject({ allFrames: davisSequence, predictedFrames: davisSequence.nullable() });

/**
 * All that is known of one contestant's predictions for one item, by what it was measured by. Keys are those of the metrics
 * (see `metricKeys`) and of the segmenter, names are for people.
 */
export const keptMeasurementSchema = z
  .strictObject({
    format: z.literal('vosvfi-measurements'),
    formatVersion: z.literal(1),
    /** That of item and contestant, by which it is found. */
    key: z.string(),
    item: z.string(),
    contestant: z.string(),
    frames: z.array(z.strictObject({ index: z.int(), milliseconds: z.number() })),
    metrics: z.record(
      z.string(),
      z.union([
        /** In the order of `frames`. */
        z.strictObject({ metric: z.string(), values: z.array(value) }),
        z.strictObject({ metric: z.string(), sequence: value }),
      ]),
    ),
    segmentations: z.record(z.string(), segmentation.nullable()),
  })
  .refine(
    ({ frames, metrics }) =>
      Object.values(metrics).every((one) => !('values' in one) || one.values.length === frames.length),
    'some metric has not a value for each frame',
  );

/** See {@link keptMeasurementSchema}. */
export type KeptMeasurement = z.output<typeof keptMeasurementSchema>;

/** What an evaluation asks for: keys of metrics by their names in it, and that of the segmenter if there is one. */
export interface WantedParts {
  readonly metrics: ReadonlyMap<string, string>;
  readonly segmentation: string | undefined;
}

/** What of an evaluation is not known yet: names of metrics, and whether masks have to be carried. */
export interface MissingParts {
  readonly metrics: ReadonlySet<string>;
  readonly segmentation: boolean;
}

/** What is wanted and not kept; undefined if nothing is missing. */
export function missingParts(kept: KeptMeasurement | undefined, wanted: WantedParts): MissingParts | undefined {
  const names = [...wanted.metrics].filter(([, key]) => kept?.metrics[key] === undefined).map(([name]) => name);
  const { segmentation: key } = wanted;
  const needsMasks = key !== undefined && kept?.segmentations[key] === undefined;
  if (names.length === 0 && !needsMasks) return undefined;
  return { metrics: new Set(names), segmentation: needsMasks };
}

/** A measurement as it is kept. */
export function keepMeasurement(
  measurement: Measurement,
  names: Pick<KeptMeasurement, 'key' | 'item' | 'contestant'>,
  wanted: WantedParts,
  measured: MissingParts,
): KeptMeasurement {
  const { frames, values, segmentation: scores } = measurement;
  const metrics = [...measured.metrics].map((name) => {
    const sequence = values[name];
    const part =
      sequence === undefined
        ? { metric: name, values: frames.map((frame) => frame.values[name] ?? null) }
        : { metric: name, sequence };
    return [wanted.metrics.get(name)!, part] as const;
  });
  return {
    ...{ format: 'vosvfi-measurements', formatVersion: 1, ...names },
    frames: frames.map(({ index, milliseconds }) => ({ index, milliseconds })),
    metrics: Object.fromEntries(metrics),
    segmentations: measured.segmentation ? { [wanted.segmentation!]: scores } : {},
  };
}

/** Both together. Times of predictions are those of the first. */
export function mergeMeasurements(first: KeptMeasurement, second: KeptMeasurement): KeptMeasurement {
  return {
    ...first,
    metrics: { ...first.metrics, ...second.metrics },
    segmentations: { ...first.segmentations, ...second.segmentations },
  };
}

/** What an evaluation wants to know, of which nothing may be missing. */
export function wantedMeasurement(kept: KeptMeasurement, wanted: WantedParts): Measurement {
  const parts = [...wanted.metrics].map(([name, key]) => [name, kept.metrics[key]!] as const);
  const frames = kept.frames.map(({ index, milliseconds }, i) => ({
    ...{ index, milliseconds },
    values: Object.fromEntries(
      parts.flatMap(([name, part]) => ('values' in part ? [[name, part.values[i] ?? null] as const] : [])),
    ),
  }));
  const values = parts.flatMap(([name, part]) => ('sequence' in part ? [[name, part.sequence] as const] : []));
  const { segmentation: key } = wanted;
  return {
    ...{ frames, values: Object.fromEntries(values) },
    segmentation: key === undefined ? null : (kept.segmentations[key] ?? null),
  };
}
