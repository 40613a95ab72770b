import type { ProtocolInput } from '../../evaluation/protocol-schema.js';
import { publishedTable } from './published-rows.js';

const differences = [
  'The paper takes 101 frames of each clip; here it is the first 99, as in the benchmark of Niklaus.',
  'PerVFI draws random numbers; its rows are for a temperature of 0.3.',
];

/** Reduced to half. */
export const xiph2k: ProtocolInput = {
  id: 'xiph-2k',
  version: 1,
  title: 'Xiph 2K',
  description:
    'Eight 4K clips of 60 frames a second, reduced to 2048x1080 by means of 2x2 pixels. Of frames 1 to 99 the odd ones go ' +
    'in, the 49 even ones are predicted. Means over all 392.',
  source:
    'Netflix clips of https://media.xiph.org/video/derf (ElFuente and Chimera), the first 100 frames of each as 8-bit PNG: ' +
    'ffmpeg -i Netflix_NAME_4096x2160_60fps_10bit_420.y4m -pix_fmt rgb24 -vframes 100 NAME-%03d.png. CC BY-NC-ND 4.0.',
  task: 'interpolation',
  layout: {
    kind: 'frame-folders',
    pattern: '(?:^|/)(?<item>[A-Za-z0-9]+)-(?<frame>\\d+)\\.png$',
    sequences: 'BoxingPractice Crosswalk DrivingPOV FoodMarket FoodMarket2 RitualDance SquareAndTimelapse Tango'.split(
      ' ',
    ),
  },
  selection: { step: 2, maxFrames: 99 },
  geometry: { kind: 'resize', width: 2048, height: 1080, filter: 'area' },
  metrics: [
    { metric: 'psnr', average: 'per-frame' },
    { metric: 'ssim-skimage-default', as: 'ssim', average: 'per-frame' },
    { metric: 'lpips-alex', average: 'per-frame', optional: true },
    { metric: 'flolpips', average: 'per-sequence', optional: true },
    { metric: 'vfips', average: 'per-sequence', optional: true },
  ],
  items: 8,
  published: [
    publishedTable(
      'PerVFI, Xiph-2K',
      ['lpips-alex', 'flolpips', 'vfips'],
      { PerVFI: [0.038, 0.032, 68.67] },
      differences,
    ),
  ],
};

/** The middle of the full resolution. */
export const xiph4k: ProtocolInput = {
  ...xiph2k,
  id: 'xiph-4k',
  title: 'Xiph "4K"',
  description:
    'Eight 4K clips of 60 frames a second, of which the middle 2048x1080 pixels are cut out before anything is predicted. Of ' +
    'frames 1 to 99 the odd ones go in, the 49 even ones are predicted. Means over all 392.',
  geometry: { kind: 'center-crop', width: 2048, height: 1080 },
  published: [
    publishedTable(
      'PerVFI, Xiph-"4K"',
      ['lpips-alex', 'flolpips', 'vfips'],
      { PerVFI: [0.086, 0.062, 57.47] },
      differences,
    ),
  ],
};
