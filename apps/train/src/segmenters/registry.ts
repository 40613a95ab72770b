import { stcnTinyWeightsUrl } from '@vosvfi/vos/weights';
import type { SegmenterEntry } from './segmenter.js';

/** Every segmenter that a recipe can name. A new one is one file beside this and one entry here. */
export const segmenters = {
  mast: { load: async () => (await import('./mast.js')).mastSupervision() },
  stcn: { load: async () => (await import('./stcn.js')).stcnSupervision('stcn') },
  stcn_tiny: {
    shippedWeights: stcnTinyWeightsUrl,
    load: async () => (await import('./stcn.js')).stcnSupervision('stcn_tiny'),
  },
} as const satisfies Readonly<Record<string, SegmenterEntry>>;

/** Name of a segmenter. */
export type SegmenterId = keyof typeof segmenters;

/** Names of all segmenters. */
export const segmenterIds = Object.keys(segmenters) as readonly SegmenterId[];
