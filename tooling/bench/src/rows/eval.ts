import { join } from 'node:path';
import { createRandom, type HostTensor, hostTensor, type Random } from '@vosvfi/core';
import { writeSafetensors } from '@vosvfi/core/safetensors';
import { createLpips } from '@vosvfi/eval/learned';
import { initializeWeights } from '@vosvfi/runtime';
import { AGREEMENT, type Row } from '../row.js';
import { ourWorker, peerWorker } from './workers.js';

const [height, width] = [480, 854];
const scoredFrames = 20;
/** Numbers that NIQE has of a block. */
const FEATURES = 36;

/** No blob is larger. */
const reach = 150;

/** 1 inside a wavy blob that moves from frame to frame; `grown` pixels larger and `shift` pixels aside. */
function blobs(grown: number, shift: number): Float32Array {
  const masks = new Float32Array(scoredFrames * height * width);
  for (let frame = 0; frame < scoredFrames; frame++) {
    const [centreX, centreY] = [250 + 15 * frame + shift, 240 + 2 * frame];
    for (let y = centreY - reach; y < centreY + reach; y++) {
      for (let x = centreX - reach; x < centreX + reach; x++) {
        const angle = Math.atan2(y - centreY, x - centreX);
        const radius = 105 * (1 + 0.15 * Math.sin(5 * angle) + 0.08 * Math.sin(11 * angle + frame)) + grown;
        const isInside = Math.hypot(x - centreX, y - centreY) < radius;
        masks[(frame * height + y) * width + x] = isInside ? 1 : 0;
      }
    }
  }
  return masks;
}

/** A picture [H, W, 3] of whole numbers 0..255: waves with noise, so that no part of it is flat. */
function picture(random: Random): HostTensor {
  const values = new Float32Array(height * width * 3);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const wave = Math.sin(x / 23) + Math.cos(y / 17) + Math.sin((x + 2 * y) / 71);
      for (let channel = 0; channel < 3; channel++, i++) {
        const value = 128 + 30 * wave + 8 * channel + random.normal(0, 12);
        values[i] = Math.min(255, Math.max(0, Math.round(value)));
      }
    }
  }
  return hostTensor(values, [height, width, 3]);
}

/** The same picture with some noise. */
function noisy({ data }: HostTensor, random: Random): HostTensor {
  const values = Float32Array.from(data, (value) =>
    Math.min(255, Math.max(0, Math.round(value + random.normal(0, 6)))),
  );
  return hostTensor(values, [height, width, 3]);
}

/** Two pictures that both competitors read. */
function pictures(): Map<string, HostTensor> {
  const random = createRandom(6);
  const reference = picture(random.fork('reference'));
  return new Map([
    ['in.reference', reference],
    ['in.distorted', noisy(reference, random.fork('distorted'))],
  ]);
}

/** A made-up model of pristine pictures: NIQE takes the same time with any. */
function pristineModel(): Map<string, HostTensor> {
  const covariance = new Float32Array(FEATURES * FEATURES);
  for (let i = 0; i < FEATURES; i++) covariance[i * FEATURES + i] = 0.1 + 0.01 * i;
  return new Map([
    ['in.mean', hostTensor(new Float32Array(FEATURES).fill(0.5), [FEATURES])],
    ['in.covariance', hostTensor(covariance, [FEATURES, FEATURES])],
  ]);
}

/** LPIPS with seeded weights in place of the official ones. */
function lpipsWeights(): Map<string, HostTensor> {
  const weights = initializeWeights(createLpips().parameters, createRandom(6).fork('weights'));
  return new Map([...weights].map(([key, weight]) => [`weights.${key}`, weight]));
}

/** A row whose competitors read `tensors`: our worker `picture-metric` and the peer of that metric. */
function metricRow(
  metric: 'psnr-ssim' | 'niqe' | 'lpips',
  { peer, ...row }: Pick<Row, 'title' | 'limit'> & { readonly peer: string },
  more: () => Map<string, HostTensor>,
): Row {
  return {
    id: `eval-${metric}`,
    ...row,
    prepare: async (context) => {
      const tensors = join(context.folder, `eval-${metric}.safetensors`);
      await writeSafetensors(tensors, new Map([...pictures(), ...more()]));
      return {
        ours: ourWorker('picture-metric', tensors, context, { flags: ['--metric', metric] }),
        peer: { ...peerWorker(`${metric.replace('-', '_')}_peer`, [], tensors, context), name: peer },
        agreement: AGREEMENT,
      };
    },
  };
}

/** Metrics of pictures and masks. */
export const evalRows: readonly Row[] = [
  metricRow(
    'psnr-ssim',
    { title: 'PSNR and SSIM of a frame, 480x854', peer: 'scikit-image', limit: 1 / 3 },
    () => new Map(),
  ),
  metricRow('niqe', { title: 'NIQE of a frame, 480x854', peer: 'NumPy and SciPy', limit: 0.5 }, pristineModel),
  metricRow('lpips', { title: 'LPIPS (alex) of a frame, 480x854', peer: 'PyTorch', limit: 0.8 }, lpipsWeights),
  {
    id: 'eval-scores',
    title: `J and F of ${scoredFrames} masks, 480x854`,
    limit: 0.1,
    needsOfficial: 'davis2017-evaluation',
    prepare: async (context) => {
      const tensors = join(context.folder, 'eval-scores.safetensors');
      const shape = [scoredFrames, height, width];
      await writeSafetensors(
        tensors,
        new Map([
          ['in.annotations', hostTensor(blobs(0, 0), shape)],
          ['in.shifted', hostTensor(blobs(0, 5), shape)],
          ['in.grown', hostTensor(blobs(9, 0), shape)],
        ]),
      );
      return {
        ours: ourWorker('davis-scores', tensors, context),
        peer: { ...peerWorker('davis_peer', [], tensors, context), name: 'davis2017-evaluation' },
        agreement: 1e-12,
      };
    },
  },
];
