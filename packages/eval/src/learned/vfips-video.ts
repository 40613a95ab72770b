import { type Frame, type HostTensor, hostTensor, ShapeError } from '@vosvfi/core';
import { createCompiler } from '@vosvfi/runtime';
import { CHANNELS, requireComparable } from '../metrics/samples.js';
import { frameTensor } from './frame-tensor.js';
import { networkWeights } from './network-weights.js';
import type { LearnedMetricOptions } from './pair-metric.js';
import { createVfips, VFIPS_FRAMES } from './vfips.js';

/** VFIPS of videos whose frames come one by one. */
export interface VfipsMetric {
  start(): {
    /** @throws ShapeError if sizes differ; MediaError for a frame that is not finite. */
    add(reference: Frame, distorted: Frame): Promise<void>;
    /** Mean over the video's clips; null if none is complete and followed by a frame. */
    end(): number | null;
  };
  /** Frees native memory. */
  dispose(): Promise<void>;
}

/**
 * VFIPS: the mean over a video's clips of 12 frames that do not overlap. As in the official script the last clip must
 * be followed by at least one more frame, and clips with an infinite score are left out.
 * @throws CheckpointError naming a weight that is missing or of another shape.
 */
export function createVfipsMetric({ weights, engine, threads, sessions = 1 }: LearnedMetricOptions): VfipsMetric {
  const network = createVfips();
  const compiler = createCompiler({
    capacity: sessions,
    ...(engine !== undefined && { engine }),
    ...(threads !== undefined && { threads }),
  });
  const run = compiler.define(
    (inputs, tensors) => {
      const { score } = network.forward(tensors, { reference: inputs.reference!, distorted: inputs.distorted! });
      return { score };
    },
    networkWeights(network, weights),
  );
  const scoreOf = async (clip: readonly (readonly [Frame, Frame])[]): Promise<number> => {
    const inputs = {
      reference: clipTensor(clip.map(([reference]) => reference)),
      distorted: clipTensor(clip.map(([, distorted]) => distorted)),
    };
    return (await run(inputs)).score!.data[0]!;
  };
  return {
    start: () => {
      const scores: number[] = [];
      let clip: (readonly [Frame, Frame])[] = [];
      return {
        add: async (reference, distorted) => {
          requireComparable(reference, distorted);
          if (clip.length === VFIPS_FRAMES) {
            scores.push(await scoreOf(clip));
            clip = [];
          }
          clip.push([reference, distorted]);
        },
        end: () => {
          const finite = scores.filter(Number.isFinite);
          return finite.length === 0 ? null : finite.reduce((sum, score) => sum + score, 0) / finite.length;
        },
      };
    },
    dispose: () => compiler.dispose(),
  };
}

/**
 * {@link createVfipsMetric} of one video in memory.
 * @throws ShapeError if the videos differ in length or size or have fewer than 13 frames; MediaError for a frame that is
 * not finite; CheckpointError naming a weight that is missing or of another shape.
 */
export async function measureVfips(
  reference: readonly Frame[],
  distorted: readonly Frame[],
  options: LearnedMetricOptions,
): Promise<number> {
  if (reference.length !== distorted.length) {
    throw new ShapeError('distorted frames', `${reference.length}, as many as the reference`, `${distorted.length}`);
  }
  if (reference.length <= VFIPS_FRAMES) {
    throw new ShapeError('video for VFIPS', `at least ${VFIPS_FRAMES + 1} frames`, `${reference.length}`);
  }
  const metric = createVfipsMetric(options);
  try {
    const video = metric.start();
    for (const [t, frame] of reference.entries()) await video.add(frame, distorted[t]!);
    return video.end() ?? Number.NaN;
  } finally {
    await metric.dispose();
  }
}

/** Frames of one clip as [12, H, W, 3]. */
function clipTensor(frames: readonly Frame[]): HostTensor {
  const { width, height } = frames[0]!;
  const size = width * height * CHANNELS;
  const values = new Float32Array(VFIPS_FRAMES * size);
  for (const [i, frame] of frames.entries()) values.set(frameTensor(frame).data, i * size);
  return hostTensor(values, [VFIPS_FRAMES, height, width, CHANNELS]);
}
