import type { ProtocolInput } from '../../evaluation/protocol-schema.js';
import { publishedTable } from './published-rows.js';

/** The test triplets of Vimeo-90K. */
export const vimeo90kTest: ProtocolInput = {
  id: 'vimeo90k-test',
  version: 1,
  title: 'Vimeo-90K triplets, test',
  description: '3,782 triplets of 448x256; the middle frame is predicted from the others. Means over triplets.',
  source:
    'Vimeo-90K triplets (http://toflow.csail.mit.edu): unpack vimeo_triplet.zip and give its folder; videos belong to ' +
    'their authors, for research only.',
  task: 'interpolation',
  layout: { kind: 'vimeo-triplets', list: 'tri_testlist.txt' },
  selection: { step: 2 },
  metrics: [
    { metric: 'psnr', average: 'per-frame' },
    { metric: 'ssim-ifrnet-3d', as: 'ssim-3d', average: 'per-frame' },
    { metric: 'ssim-skimage-default', as: 'ssim', average: 'per-frame' },
    { metric: 'ie-rms', average: 'per-frame' },
    { metric: 'lpips-alex', average: 'per-frame', optional: true },
    { metric: 'lpips-squeeze', average: 'per-frame', optional: true },
    { metric: 'niqe', average: 'per-frame', optional: true },
    { metric: 'pi', average: 'per-frame', optional: true },
    { metric: 'nima', average: 'per-frame', optional: true },
  ],
  items: 3782,
  published: [
    publishedTable(
      'VOS-VFI, Vimeo-90K',
      ['niqe', 'pi', 'nima'],
      {
        AdaCoF: [5.18, 4.104, 4.765],
        'AdaCoF-VOS': [5.153, 4.094, 4.771],
        CDFI: [4.933, 3.832, 4.873],
        'CDFI-VOS': [4.91, 3.822, 4.879],
        IFRNet: [5.062, 3.969, 4.82],
        'IFRNet-VOS': [5.021, 3.935, 4.824],
      },
      ['The table was measured on frames saved as JPEG; how values were averaged is not said.'],
    ),
    publishedTable('PerVFI, Vimeo-90K', ['psnr', 'ssim', 'lpips-alex'], { PerVFI: [33.89, 0.953, 0.018] }, [
      'The paper does not name the network of LPIPS, nor the window of SSIM.',
      'PerVFI draws random numbers; its rows are for a temperature of 0.3.',
    ]),
    publishedTable('RIFE, README', ['psnr', 'ssim-3d'], { RIFE: [35.615, 0.9779] }),
    publishedTable(
      'CDFI, README',
      ['psnr', 'ssim', 'lpips-squeeze'],
      {
        AdaCoF: [34.35, 0.956, 0.019],
        'AdaCoF+': [34.56, 0.959, 0.018],
        'compressed AdaCoF': [34.1, 0.954, 0.02],
        'compressed AdaCoF+': [34.44, 0.958, 0.019],
        CDFI: [35.17, 0.964, 0.01],
      },
      ['LPIPS of the table was given pictures in 0..1 instead of -1..1.'],
    ),
  ],
};
