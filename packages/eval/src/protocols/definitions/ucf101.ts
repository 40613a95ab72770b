import type { ProtocolInput } from '../../evaluation/protocol-schema.js';
import { publishedTable } from './published-rows.js';

const source =
  'UCF101 triplets of Deep Voxel Flow (https://liuziwei7.github.io/projects/VoxelFlow): unpack ucf101_interp_ours, and ' +
  'motion_masks_ucf101_interp beside it; UCF101 is for research.';

/** 1, 11, ..., 3781. */
const names = Array.from({ length: 379 }, (_, i) => String(10 * i + 1));

/** The 379 triplets, whole pictures. */
export const ucf101Dvf: ProtocolInput = {
  id: 'ucf101-dvf',
  version: 1,
  title: 'UCF101 (Deep Voxel Flow)',
  description: '379 triplets of 256x256; the middle frame is predicted from the others. Means over triplets.',
  source,
  task: 'interpolation',
  layout: {
    kind: 'triplet-folders',
    folder: 'ucf101_interp_ours',
    frames: ['frame_00.png', 'frame_01_gt.png', 'frame_02.png'],
    names,
  },
  selection: { step: 2 },
  metrics: [
    { metric: 'psnr', average: 'per-frame' },
    { metric: 'ssim-ifrnet-3d', as: 'ssim-3d', average: 'per-frame' },
    { metric: 'ssim-skimage-default', as: 'ssim', average: 'per-frame' },
    { metric: 'ie-rms', average: 'per-frame' },
    { metric: 'lpips-alex', average: 'per-frame', optional: true },
    { metric: 'lpips-squeeze', average: 'per-frame', optional: true },
  ],
  items: 379,
  published: [
    publishedTable('RIFE, README', ['psnr', 'ssim-3d'], { RIFE: [35.282, 0.9688] }),
    publishedTable(
      'CDFI, README',
      ['psnr', 'ssim', 'lpips-squeeze'],
      {
        AdaCoF: [35.16, 0.95, 0.019],
        'AdaCoF+': [35.16, 0.95, 0.019],
        'compressed AdaCoF': [35.1, 0.95, 0.019],
        'compressed AdaCoF+': [35.13, 0.95, 0.019],
        CDFI: [35.21, 0.95, 0.015],
      },
      ['LPIPS of the table was given pictures in 0..1 instead of -1..1.'],
    ),
  ],
};

/** The same triplets where something moves. */
export const ucf101ZoomIn: ProtocolInput = {
  ...ucf101Dvf,
  id: 'ucf101-zoom-in',
  version: 2,
  title: 'UCF101 as in Zoom-In-to-Check',
  description:
    '379 triplets of 256x256, measured inside the motion masks of Deep Voxel Flow by the arithmetic of its script. Means over ' +
    'triplets; those whose mask is empty have no value, nor have those that are predicted exactly inside it.',
  layout: {
    kind: 'triplet-folders',
    folder: 'ucf101_interp_ours',
    frames: ['frame_00.png', 'frame_01_gt.png', 'frame_02.png'],
    mask: 'motion_masks_ucf101_interp/{item}/motion_mask.png',
    names,
  },
  metrics: [
    { metric: 'masked-psnr', average: 'per-frame' },
    { metric: 'masked-ssim', average: 'per-frame' },
    { metric: 'masked-ie-rms', average: 'per-frame' },
    { metric: 'psnr', average: 'per-frame' },
    { metric: 'ssim', average: 'per-frame' },
    { metric: 'ie-rms', average: 'per-frame' },
    { metric: 'lpips-alex', average: 'per-frame', optional: true },
  ],
  published: [
    publishedTable(
      'Zoom-In-to-Check, UCF101',
      ['masked-ie-rms', 'masked-ssim', 'masked-psnr'],
      {
        baseline: [11.23, 0.88, 30.08],
        'whole-image GAN': [11.66, 0.87, 29.85],
        'ROI GAN': [11.3, 0.88, 30.14],
        'Super SloMo': [10.87, 0.88, 30.48],
      },
      [
        'The paper says that motion masks are used, but not how. PSNR and SSIM here are those of the script of Deep Voxel Flow; ' +
          'interpolation error, which that script has not, is the root of the squared error inside the mask.',
        'The script leaves out pictures whose masked PSNR is infinite, as is done here; the paper does not say what it does with ' +
          'them, nor how it rounds.',
      ],
    ),
  ],
};
