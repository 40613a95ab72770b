import type { ProtocolInput } from '../../evaluation/protocol-schema.js';
import { publishedTable } from './published-rows.js';

/** Street scenes. */
export const cityscapesZoomIn: ProtocolInput = {
  id: 'cityscapes-zoom-in',
  version: 1,
  title: 'Cityscapes as in Zoom-In-to-Check',
  description:
    'One triplet of each of the 500 validation sequences, the 20th frame (the one with fine annotations) being the middle, ' +
    'at 512x256. Means over triplets.',
  source:
    'Cityscapes leftImg8bit_sequence_trainvaltest.zip (https://www.cityscapes-dataset.com, with an account): give the folder ' +
    'that holds leftImg8bit_sequence; for non-commercial research, do not hand it on.',
  task: 'interpolation',
  layout: {
    kind: 'frame-folders',
    folder: 'leftImg8bit_sequence/val',
    pattern: '^[^/]+/(?<item>[a-z-]+_\\d+)_(?<frame>\\d+)_leftImg8bit\\.png$',
    sequenceLength: 30,
  },
  selection: { step: 2, first: 18, groups: 1 },
  geometry: { kind: 'resize', width: 512, height: 256, filter: 'area' },
  metrics: [
    { metric: 'ie-rms', average: 'per-frame' },
    { metric: 'ssim', average: 'per-frame' },
    { metric: 'psnr', average: 'per-frame' },
    { metric: 'lpips-alex', average: 'per-frame', optional: true },
  ],
  items: 500,
  published: [
    publishedTable(
      'Zoom-In-to-Check, Cityscapes',
      ['ie-rms', 'ssim', 'psnr'],
      {
        baseline: [9.38, 0.89, 29.31],
        'whole-image GAN': [9.04, 0.9, 29.93],
        'ROI GAN': [8.39, 0.92, 30.43],
        'Deep Voxel Flow': [17.49, 0.72, 23.88],
        SepConv: [7.85, 0.92, 30.92],
      },
      [
        'The paper does not say which frames are tested, at what size, how pictures are reduced, nor the window of SSIM. Chosen ' +
          'here: the annotated frame as the middle one, 512x256 as in its training, means of pixels, a Gaussian window.',
        'Its triplets span 80 ms; neighbouring frames of the sequences (17 a second) lie 59 ms apart, so a triplet here spans ' +
          '118 ms, with more motion.',
      ],
    ),
  ],
};
