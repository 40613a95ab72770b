import type { ProtocolInput } from '../../evaluation/protocol-schema.js';

const davisSource =
  'DAVIS 2016 (https://davischallenge.org), frames and annotations at 480p; for research: cite it, do not hand it on.';

/** Every frame of every sequence there is; the protocol of VOS-VFI on part of its data set. */
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
  metrics: [
    { metric: 'psnr', average: 'per-frame' },
    { metric: 'foreground-psnr', average: 'per-sequence' },
    { metric: 'foreground-psnr-released', average: 'per-sequence' },
    { metric: 'ssim', average: 'per-frame' },
    { metric: 'ie-rms', average: 'per-frame' },
    { metric: 'lpips-alex', average: 'per-frame', optional: true },
    { metric: 'dists', average: 'per-frame', optional: true },
    { metric: 'niqe', average: 'per-frame', optional: true },
    { metric: 'pi', average: 'per-frame', optional: true },
    { metric: 'e-warp', average: 'per-sequence', optional: true },
    { metric: 'tof', average: 'per-sequence', optional: true },
  ],
  segmentation: { objects: 'merged' },
};

/** The protocol in which ffmpeg's minterpolate was measured. */
export const davis2016Dev31: ProtocolInput = {
  id: 'davis2016-dev-31',
  version: 1,
  title: 'DAVIS 2016 x2, first 31 frames',
  description:
    'Of the first 31 frames of each sequence the even ones go in; frames 1, 3, ..., 27 are compared. Frames 28 and 30 are ' +
    'given too, because filters that look ahead need them. Means over frames, then over sequences.',
  source: davisSource,
  task: 'interpolation',
  layout: { kind: 'davis', resolution: '480p' },
  selection: { step: 2, maxFrames: 31, groups: 14 },
  metrics: [
    { metric: 'psnr', average: 'per-sequence' },
    { metric: 'ssim', as: 'ssim-y', options: { variant: 'matlab-y' }, average: 'per-sequence' },
    { metric: 'foreground-psnr', average: 'per-sequence' },
    { metric: 'ssim', average: 'per-sequence' },
    { metric: 'lpips-alex', average: 'per-sequence', optional: true },
    { metric: 'e-warp', average: 'per-sequence', optional: true },
  ],
};

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
    scene: { width: 256, height: 144, translation: 0.6, rotation: 1.2, cameraTranslation: 0.2, curvature: 0.2 },
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
