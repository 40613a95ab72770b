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

/** @param masks undefined for a sample without mask, which gets an empty one. */
function stackMasks(
  masks: readonly (Mask | undefined)[],
  foreground: readonly Foreground[],
  { width, height }: { width: number; height: number },
): HostTensor {
  const size = width * height;
  const data = new Float32Array(masks.length * size);
  masks.forEach((mask, b) => {
    if (!mask) return;
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

/** What {@link collate} puts into a batch beside frames and times. */
export interface CollateOptions {
  /** For each sample, the labels that become 1; all by default. */
  readonly foreground?: readonly Foreground[];
  /** True: always, empty for samples that have none; false: never. By default, where all samples have masks. */
  readonly masks?: boolean;
  /** False: never. By default, where all samples have flow. */
  readonly flow?: boolean;
}

function stackFlows(flows: readonly Float32Array[], { width, height }: { width: number; height: number }): HostTensor {
  const size = width * height * 4;
  const data = new Float32Array(flows.length * size);
  flows.forEach((flow, b) => {
    data.set(flow, b * size);
  });
  return hostTensor(data, [flows.length, height, width, 4]);
}

/**
 * Samples of one size as a batch with the keys of core's `BatchSource`.
 * @throws ShapeError if sizes differ.
 */
export function collate(
  samples: readonly TripletSample[],
  { foreground = samples.map(() => 'all'), masks, flow = true }: CollateOptions = {},
): Record<string, HostTensor> {
  checkSizes(samples);
  const size = samples[0]!.frames[0];
  const batch: Record<string, HostTensor> = {
    t: hostTensor(
      Float32Array.from(samples, ({ t }) => t),
      [samples.length, 1, 1, 1],
    ),
  };
  const hasMasks = masks ?? samples.every((sample) => sample.masks !== undefined);
  (['0', 'T', '1'] as const).forEach((name, k) => {
    batch[`frame${name}`] = stackFrames(samples.map(({ frames }) => frames[k]!));
    if (!hasMasks) return;
    const triple = samples.map((sample) => sample.masks?.[k]);
    batch[`mask${name}`] = stackMasks(triple, foreground, size);
  });
  const flows = samples.flatMap((sample) => (sample.flow ? [sample.flow] : []));
  if (flow && flows.length === samples.length) batch.flow = stackFlows(flows, size);
  return batch;
}
