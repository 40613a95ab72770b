import type { ProtocolInput } from '../../evaluation/protocol-schema.js';
import { davis2016Validation, davis2017Validation, davisSource } from './davis-sequences.js';
import { vosvfiAblations, vosvfiDavis2016, vosvfiDavis2017 } from './vosvfi-tables.js';

/** The metrics of VOS-VFI on DAVIS, in its own averaging, and others. */
export const davisMetrics: ProtocolInput['metrics'] = [
  { metric: 'psnr', average: 'per-frame' },
  { metric: 'foreground-psnr', average: 'per-sequence' },
  { metric: 'foreground-psnr-released', average: 'per-sequence' },
  { metric: 'ssim', average: 'per-frame' },
  { metric: 'ie-rms', average: 'per-frame' },
  { metric: 'lpips-alex', average: 'per-frame', optional: true },
  { metric: 'dists', average: 'per-frame', optional: true },
  { metric: 'niqe', average: 'per-frame', optional: true },
  { metric: 'pi', average: 'per-frame', optional: true },
  { metric: 'nima', average: 'per-frame', optional: true },
  { metric: 'e-warp', average: 'per-sequence', optional: true },
  { metric: 'tof', average: 'per-sequence', optional: true },
];

/** VOS-VFI's main table. */
export const davis2016X2: ProtocolInput = {
  id: 'davis2016-x2',
  version: 1,
  title: 'DAVIS 2016 x2',
  description:
    'The 20 validation sequences at 480p. Even frames go in; every odd frame that has a successor is predicted at t = 0.5. ' +
    'With a segmenter, J and F of the masks that it carries through given and predicted frames; all labels are one object.',
  source: davisSource,
  task: 'interpolation',
  layout: { kind: 'davis', resolution: '480p', sequences: davis2016Validation },
  selection: { step: 2 },
  metrics: davisMetrics,
  segmentation: { objects: 'merged' },
  items: 20,
  published: [vosvfiDavis2016, ...vosvfiAblations],
};

/** The same on DAVIS 2017, whose sequences have several objects. */
export const davis2017X2: ProtocolInput = {
  ...davis2016X2,
  id: 'davis2017-x2',
  title: 'DAVIS 2017 x2',
  description:
    'The 30 validation sequences at 480p. Even frames go in; every odd frame that has a successor is predicted at t = 0.5. ' +
    'With a segmenter, J and F of each of the 61 objects.',
  layout: { kind: 'davis', resolution: '480p', sequences: davis2017Validation },
  segmentation: { objects: 'separate' },
  items: 30,
  published: [vosvfiDavis2017],
};

/** Every fourth frame goes in, and x2 is done twice. */
export const davis2016X4: ProtocolInput = {
  ...davis2016X2,
  id: 'davis2016-x4',
  title: 'DAVIS 2016 x4 by twice x2',
  description:
    'The 20 validation sequences at 480p. Every fourth frame goes in; the middle frame is predicted first, then those ' +
    'halfway between it and the given ones.',
  selection: { step: 4, order: 'recursive' },
  published: [],
};
