import type { ProtocolInput } from '../../evaluation/protocol-schema.js';

/** Scenes drawn from seeds: needs no files, and everything about them is known. */
export const syntheticX2: ProtocolInput = {
  id: 'synthetic-x2',
  version: 1,
  title: 'Synthetic scenes x2',
  description:
    'Twelve scenes of moving textured shapes with exact masks, drawn from seeds, nine frames each; even frames go in, odd ' +
    'ones are predicted. It needs no data set. Numbers say how programs compare, not how good they are on real footage.',
  source: 'Drawn by this program; no files, no terms.',
  task: 'interpolation',
  layout: {
    kind: 'synthetic',
    seed: 2023,
    scenes: 12,
    framesPerScene: 9,
    scene: { width: 256, height: 144, translation: 0.6, rotation: 1, cameraTranslation: 0.2, curvature: 0.2 },
  },
  selection: { step: 2 },
  metrics: [
    { metric: 'psnr', average: 'per-frame' },
    { metric: 'foreground-psnr', average: 'per-sequence' },
    { metric: 'ssim', average: 'per-frame' },
    { metric: 'ie-rms', average: 'per-frame' },
    { metric: 'lpips-alex', average: 'per-frame', optional: true },
    { metric: 'e-warp', average: 'per-sequence', optional: true },
  ],
  segmentation: { objects: 'separate' },
  items: 12,
};
