import type { ProtocolInput } from '../../evaluation/protocol-schema.js';
import { davis2017Validation, davisSource } from './davis-sequences.js';
import { publishedTable } from './published-rows.js';

const columns = ['psnr', 'ssim', 'lpips-alex', 'flolpips', 'vfips'];
const differences = [
  'The paper names neither the network of LPIPS nor the window of SSIM; FloLPIPS needs flows of PWC-Net.',
  'VFIPS of the paper is on another scale, and higher is better there.',
  'PerVFI draws random numbers; its rows are for a temperature of 0.3 with flows of RAFT.',
];

/** PerVFI's main table, small pictures. */
export const pervfiDavis480p: ProtocolInput = {
  id: 'pervfi-davis-480p',
  version: 1,
  title: 'DAVIS 2017 480p as in PerVFI',
  description:
    'The 30 validation sequences of DAVIS 2017, brought to 640x480. Odd frames, counted from 1, go in; the even ones between ' +
    'them are predicted. Means over frames.',
  source: davisSource,
  task: 'interpolation',
  layout: { kind: 'davis', resolution: '480p', sequences: davis2017Validation },
  selection: { step: 2 },
  geometry: { kind: 'resize', width: 640, height: 480, filter: 'bilinear' },
  metrics: [
    { metric: 'psnr', average: 'per-frame' },
    { metric: 'ssim', average: 'per-frame' },
    { metric: 'lpips-alex', average: 'per-frame', optional: true },
    { metric: 'flolpips', average: 'per-sequence', optional: true },
    { metric: 'vfips', average: 'per-sequence', optional: true },
  ],
  items: 30,
  published: [
    publishedTable('PerVFI, DAVIS 480P', columns, { PerVFI: [26.83, 0.804, 0.077, 0.058, 87.51] }, [
      'The paper says "640x480" but not how frames, which are 854x480, get there, nor which sequences of DAVIS 2017 are tested.',
      ...differences,
      'The table of its ablations lists the same model with 27.16 dB and VFIPS 83.30.',
    ]),
  ],
};

/** PerVFI's main table, large pictures. */
export const pervfiDavis1080p: ProtocolInput = {
  ...pervfiDavis480p,
  id: 'pervfi-davis-1080p',
  title: 'DAVIS 2017 1080p as in PerVFI',
  description:
    'The 30 validation sequences of DAVIS 2017 at full resolution, sizes as they are. Odd frames, counted from 1, go in; the ' +
    'even ones between them are predicted. Means over frames.',
  layout: { kind: 'davis', resolution: 'Full-Resolution', sequences: davis2017Validation },
  geometry: { kind: 'none' },
  published: [
    publishedTable('PerVFI, DAVIS 1080P', columns, { PerVFI: [26.23, 0.808, 0.114, 0.087, 72.52] }, [
      'The paper does not say which sequences of DAVIS 2017 are tested, nor what is done with those that are not 1920x1080.',
      ...differences,
    ]),
  ],
};
