import type { ProtocolInput } from '../../evaluation/protocol-schema.js';

/** For any folder of frames. */
export const x2: ProtocolInput = {
  id: 'x2',
  version: 2,
  title: 'Frame doubling on any frames',
  description:
    'Even frames go in; every odd frame that has a successor is predicted at t = 0.5 and compared with the original. Data: ' +
    'folders of frames laid out as DAVIS is, or one folder of frames.',
  source: 'Any frames of yours.',
  task: 'interpolation',
  layout: { kind: 'davis' },
  selection: { step: 2 },
  metrics: [
    { metric: 'psnr', average: 'per-frame' },
    { metric: 'foreground-psnr', average: 'per-sequence' },
    { metric: 'ssim', average: 'per-frame' },
    { metric: 'ie-rms', average: 'per-frame' },
  ],
  segmentation: { objects: 'separate' },
};
