import type { ProtocolInput } from '../../evaluation/protocol-schema.js';
import { publishedTable } from './published-rows.js';

/** The 12 sequences whose middle frames are public. */
export const middleburyOther: ProtocolInput = {
  id: 'middlebury-other',
  version: 1,
  title: 'Middlebury, other',
  description:
    'The 12 public sequences with a true middle frame; frame 10i11 is predicted from frames 10 and 11. Means over sequences. ' +
    '"IE" of recent papers is the mean absolute difference, not the root mean square of the benchmark.',
  source:
    'Middlebury optical flow, https://vision.middlebury.edu/flow/data: unpack other-color-twoframes (or allframes) to ' +
    'other-data, and other-gt-interp beside it.',
  task: 'interpolation',
  layout: {
    kind: 'triplet-folders',
    folder: 'other-data',
    truthFolder: 'other-gt-interp',
    frames: ['frame10.png', 'frame10i11.png', 'frame11.png'],
    names:
      'Beanbags Dimetrodon DogDance Grove2 Grove3 Hydrangea MiniCooper RubberWhale Urban2 Urban3 Venus Walking'.split(
        ' ',
      ),
  },
  selection: { step: 2 },
  metrics: [
    { metric: 'ie-mae', average: 'per-frame' },
    { metric: 'ie-rms', average: 'per-frame' },
    { metric: 'nie', average: 'per-frame' },
    { metric: 'psnr', average: 'per-frame' },
    { metric: 'ssim-skimage-default', as: 'ssim', average: 'per-frame' },
    { metric: 'lpips-squeeze', average: 'per-frame', optional: true },
  ],
  items: 12,
  published: [
    publishedTable('RIFE, README', ['ie-mae'], { RIFE: [1.956] }, [
      'The script pads pictures with zeros to 640x480; here each program pads as it likes.',
    ]),
    publishedTable(
      'CDFI, README',
      ['psnr', 'ssim', 'lpips-squeeze'],
      {
        AdaCoF: [35.72, 0.959, 0.019],
        'AdaCoF+': [36.09, 0.962, 0.017],
        'compressed AdaCoF': [35.43, 0.957, 0.018],
        'compressed AdaCoF+': [35.73, 0.96, 0.018],
        CDFI: [37.14, 0.966, 0.007],
      },
      ['LPIPS of the table was given pictures in 0..1 instead of -1..1.'],
    ),
  ],
};
