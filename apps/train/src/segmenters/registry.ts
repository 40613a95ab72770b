import { stcnTinyWeightsUrl } from '@vosvfi/vos/weights';
import type { SegmenterEntry } from './segmenter.js';

/** Every segmenter that a recipe can name. A new one is one file beside this and one entry here. */
export const segmenters = {
  deeplabv3_resnet50: {
    perFrame: true,
    load: async () => (await import('./deeplabv3.js')).deeplabv3Supervision('deeplabv3_resnet50'),
  },
  deeplabv3_resnet101: {
    perFrame: true,
    load: async () => (await import('./deeplabv3.js')).deeplabv3Supervision('deeplabv3_resnet101'),
  },
  rvos: { load: async () => (await import('./rvos.js')).rvosSupervision('rvos_one_shot') },
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

/** Names of the segmenters of single frames, or of those that follow objects. */
export function segmenterIdsFor(use: 'frames' | 'objects'): readonly SegmenterId[] {
  return segmenterIds.filter((id) => isPerFrame(id) === (use === 'frames'));
}

/** True if a segmenter is one of single frames. */
export function isPerFrame(id: SegmenterId): boolean {
  const entry: SegmenterEntry = segmenters[id];
  return entry.perFrame ?? false;
}
