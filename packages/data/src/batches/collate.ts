import { type Frame, type HostTensor, hostTensor, type Mask, ShapeError } from '@vosvfi/core';
import type { TripletSample } from '../sample.js';

/** Which labels of a sample's masks count as foreground. */
export type Foreground = 'all' | readonly number[];

function stackFrames(frames: readonly Frame[]): HostTensor {
  const { width, height } = frames[0]!;
  const size = width * height * 3;
  const data = new Float32Array(frames.length * size);
  frames.forEach((frame, b) => {
    const scale = frame.data instanceof Uint8Array ? 1 / 255 : 1;
    for (let i = 0; i < size; i++) data[b * size + i] = frame.data[i]! * scale;
  });
  return hostTensor(data, [frames.length, height, width, 3]);
}

function stackMasks(masks: readonly Mask[], foreground: readonly Foreground[]): HostTensor {
  const { width, height } = masks[0]!;
  const size = width * height;
  const data = new Float32Array(masks.length * size);
  masks.forEach((mask, b) => {
    const chosen = foreground[b]!;
    // 255 is void: no object.
    const isForeground = Float32Array.from({ length: 256 }, (_, label) =>
      label > 0 && label < 255 && (chosen === 'all' || chosen.includes(label)) ? 1 : 0,
    );
    for (let i = 0; i < size; i++) data[b * size + i] = isForeground[mask.data[i]!]!;
  });
  return hostTensor(data, [masks.length, height, width, 1]);
}

function checkSizes(samples: readonly TripletSample[]): void {
  const first = samples[0]!;
  const { width, height } = first.frames[0];
  for (const { name, frames } of samples) {
    for (const frame of frames) {
      if (frame.width === width && frame.height === height) continue;
      throw new ShapeError(
        `frame of ${name} in a batch`,
        `${width} x ${height} as ${first.name} has`,
        `${frame.width} x ${frame.height}`,
        { hint: 'Crop the samples to one size.' },
      );
    }
  }
}

/**
 * Samples of one size as a batch with the keys of core's `BatchSource`; masks and flow where all samples have them.
 * @param foreground for each sample, the labels that become 1.
 * @throws ShapeError if sizes differ.
 */
export function collate(
  samples: readonly TripletSample[],
  foreground: readonly Foreground[] = samples.map(() => 'all'),
): Record<string, HostTensor> {
  checkSizes(samples);
  const batch: Record<string, HostTensor> = {
    t: hostTensor(
      Float32Array.from(samples, ({ t }) => t),
      [samples.length, 1, 1, 1],
    ),
  };
  const names = ['0', 'T', '1'] as const;
  names.forEach((name, k) => {
    batch[`frame${name}`] = stackFrames(samples.map(({ frames }) => frames[k]!));
  });
  const masks = samples.flatMap((sample) => (sample.masks ? [sample.masks] : []));
  if (masks.length === samples.length) {
    names.forEach((name, k) => {
      batch[`mask${name}`] = stackMasks(
        masks.map((triple) => triple[k]!),
        foreground,
      );
    });
  }
  const flows = samples.flatMap(({ flow }) => (flow ? [flow] : []));
  if (flows.length === samples.length) {
    const { width, height } = samples[0]!.frames[0];
    const data = new Float32Array(samples.length * width * height * 4);
    flows.forEach((flow, b) => {
      data.set(flow, b * width * height * 4);
    });
    batch.flow = hostTensor(data, [samples.length, height, width, 4]);
  }
  return batch;
}
