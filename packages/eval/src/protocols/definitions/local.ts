import type { ProtocolInput } from '../../evaluation/protocol-schema.js';
import { davisMetrics } from './davis.js';
import { davisSource } from './davis-sequences.js';
import { publishedItems, publishedTable } from './published-rows.js';
import { vosvfiDavis2016 } from './vosvfi-tables.js';

/** The protocol of VOS-VFI on whichever sequences there are. */
export const davis2016DevX2: ProtocolInput = {
  id: 'davis2016-dev-x2',
  version: 1,
  title: 'DAVIS 2016 x2, any sequences',
  description:
    'Even frames go in; every odd frame that has a successor is predicted at t = 0.5 and compared with the original. The ' +
    'protocol of VOS-VFI on whichever sequences of DAVIS the folder holds.',
  source: davisSource,
  task: 'interpolation',
  layout: { kind: 'davis', resolution: '480p' },
  selection: { step: 2 },
  metrics: davisMetrics,
  segmentation: { objects: 'merged' },
  published: [
    {
      ...vosvfiDavis2016,
      differences: [
        'The table is over all 20 validation sequences; means over other sequences are not comparable with it.',
        ...vosvfiDavis2016.differences,
      ],
    },
  ],
};

/** The protocol in which ffmpeg's minterpolate was measured. */
export const davis2016Dev31: ProtocolInput = {
  id: 'davis2016-dev-31',
  version: 1,
  title: 'DAVIS 2016 x2, first 31 frames',
  description:
    'Of the first 31 frames of each sequence the even ones go in; frames 1, 3, ..., 27 are compared. Frame 30 is given too, ' +
    'because filters that look ahead need it. Means over frames, then over sequences.',
  source: davisSource,
  task: 'interpolation',
  layout: { kind: 'davis', resolution: '480p' },
  selection: { step: 2, maxFrames: 31, groups: 14 },
  metrics: [
    { metric: 'psnr', average: 'per-sequence' },
    { metric: 'ssim-matlab-gray', as: 'ssim-luma', average: 'per-sequence' },
    { metric: 'foreground-psnr', average: 'per-sequence' },
    { metric: 'ssim', average: 'per-sequence' },
    { metric: 'lpips-alex', average: 'per-sequence', optional: true },
    { metric: 'e-warp', average: 'per-sequence', optional: true },
  ],
  published: [
    publishedTable(
      'ffmpeg 5.1.9 minterpolate, all 20 validation sequences',
      ['psnr', 'ssim-luma', 'foreground-psnr'],
      {
        'repeat previous': [18.6, 0.47, 15.64],
        blend: [20.44, 0.508, 17.67],
        'mci obmc bilat': [25.13, 0.764, 21.05],
        'mci aobmc bilat vsbmc': [25.03, 0.761, 20.77],
        'mci aobmc bidir vsbmc': [24.66, 0.732, 21.47],
      },
      ['Means over other sequences than all 20 are not comparable with these rows.'],
    ),
    publishedItems('ffmpeg 5.1.9 minterpolate, ten sequences each by itself', 'mci obmc bilat', 'psnr', {
      blackswan: 27.82,
      breakdance: 21.82,
      'car-roundabout': 24.41,
      cows: 26.79,
      dog: 24.48,
      'drift-straight': 18.51,
      'horsejump-high': 23.41,
      libby: 24.57,
      'paragliding-launch': 27.96,
      'scooter-black': 18.98,
    }),
  ],
};
