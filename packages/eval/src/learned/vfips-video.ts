import { type Frame, type HostTensor, hostTensor, ShapeError } from '@vosvfi/core';
import { createCompiler } from '@vosvfi/runtime';
import { CHANNELS, requireComparable } from '../metrics/samples.js';
import { frameTensor } from './frame-tensor.js';
import { networkWeights } from './network-weights.js';
import type { LearnedMetricOptions } from './pair-metric.js';
import { createVfips, VFIPS_FRAMES } from './vfips.js';

/**
 * VFIPS of a video: the mean over its clips of 12 frames that do not overlap. As in the official script the last clip must
 * be followed by at least one more frame, and clips with an infinite score are left out.
 * @throws ShapeError if the videos differ in length or size or have fewer than 13 frames; MediaError for a frame that is
 * not finite; CheckpointError naming a weight that is missing or of another shape.
 */
export async function measureVfips(
  reference: readonly Frame[],
  distorted: readonly Frame[],
  { weights, engine, threads, sessions = 1 }: LearnedMetricOptions,
): Promise<number> {
  if (reference.length !== distorted.length) {
    throw new ShapeError('distorted frames', `${reference.length}, as many as the reference`, `${distorted.length}`);
  }
  if (reference.length <= VFIPS_FRAMES) {
    throw new ShapeError('video for VFIPS', `at least ${VFIPS_FRAMES + 1} frames`, `${reference.length}`);
  }
  reference.forEach((frame, t) => {
    requireComparable(frame, distorted[t]!);
  });
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
  try {
    const scores: number[] = [];
    for (let start = 0; start < reference.length - VFIPS_FRAMES; start += VFIPS_FRAMES) {
      const inputs = { reference: clipTensor(reference, start), distorted: clipTensor(distorted, start) };
      scores.push((await run(inputs)).score!.data[0]!);
    }
    const finite = scores.filter(Number.isFinite);
    return finite.reduce((sum, score) => sum + score, 0) / finite.length;
  } finally {
    await compiler.dispose();
  }
}

/** 12 frames from `start`, [12, H, W, 3]. */
function clipTensor(frames: readonly Frame[], start: number): HostTensor {
  const { width, height } = frames[start]!;
  const size = width * height * CHANNELS;
  const values = new Float32Array(VFIPS_FRAMES * size);
  for (let i = 0; i < VFIPS_FRAMES; i++) values.set(frameTensor(frames[start + i]!).data, i * size);
  return hostTensor(values, [VFIPS_FRAMES, height, width, CHANNELS]);
}
