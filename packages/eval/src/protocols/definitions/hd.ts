import type { ProtocolInput } from '../../evaluation/protocol-schema.js';
import { publishedTable } from './published-rows.js';

/** Rendered film, every fourth frame. */
export const hd544pX4: ProtocolInput = {
  id: 'hd-544p-x4',
  version: 1,
  title: 'HD 544p x4 by twice x2',
  description:
    'Four clips of Sintel, 1280x544. Frames 0, 4, ..., 100 go in; the middle frame is predicted first, then those halfway ' +
    'between it and the given ones. Means over the frames of a clip, then over clips.',
  source:
    'HD set of MEMC-Net (https://github.com/baowenbo/MEMC-Net): give the folder HD_dataset with HD544p_GT in it; Sintel is ' +
    'CC BY 3.0 (Blender Foundation).',
  task: 'interpolation',
  layout: {
    kind: 'yuv420',
    files: ['Alley2', 'Market5', 'Temple1', 'Temple2'].map((name) => ({
      file: `HD544p_GT/Sintel_${name}_1280x544.yuv`,
      width: 1280,
      height: 544,
    })),
  },
  selection: { step: 4, maxFrames: 101, order: 'recursive' },
  metrics: [
    { metric: 'psnr-y-full', as: 'psnr-y', average: 'per-sequence' },
    { metric: 'psnr', average: 'per-sequence' },
    { metric: 'ssim', average: 'per-sequence' },
    { metric: 'niqe', average: 'per-frame', optional: true },
    { metric: 'pi', average: 'per-frame', optional: true },
    { metric: 'nima', average: 'per-frame', optional: true },
  ],
  items: 4,
  published: [
    publishedTable('RIFE, README (HD 4x, 544p)', ['psnr-y'], { RIFE_m: [22.96] }, [
      'RIFE_m predicts all three frames at their own times, not twice the middle.',
      'The script pads pictures to 576 rows by repeating borders; here each program pads as it likes.',
    ]),
  ],
};
