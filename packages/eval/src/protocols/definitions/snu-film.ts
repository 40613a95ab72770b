import type { ProtocolInput } from '../../evaluation/protocol-schema.js';

/** What a level of SNU-FILM is made of. */
function snuFilm(level: string, distance: number): ProtocolInput {
  return {
    id: `snu-film-${level}`,
    version: 1,
    title: `SNU-FILM ${level}`,
    description:
      `310 triplets of 240 frames a second whose given frames lie ${distance} frames apart; the middle one is predicted. ` +
      'Means over triplets.',
    source:
      'SNU-FILM (https://myungsub.github.io/CAIN): unpack SNU-FILM_test.zip and eval_modes.zip to one folder; for research.',
    task: 'interpolation',
    layout: { kind: 'triplet-list', list: `test-${level}.txt` },
    selection: { step: 2 },
    metrics: [
      { metric: 'psnr', average: 'per-frame' },
      { metric: 'ssim-ifrnet-3d', as: 'ssim-3d', average: 'per-frame' },
      { metric: 'ssim', average: 'per-frame' },
      { metric: 'lpips-alex', average: 'per-frame', optional: true },
      { metric: 'dists', average: 'per-frame', optional: true },
      { metric: 'flolpips', average: 'per-sequence', optional: true },
    ],
    items: 310,
  };
}

/** The four levels, from small motion to large. */
export const snuFilmLevels: readonly ProtocolInput[] = [
  snuFilm('easy', 2),
  snuFilm('medium', 4),
  snuFilm('hard', 8),
  snuFilm('extreme', 16),
];
