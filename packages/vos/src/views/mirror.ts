import { type Frame, type HostTensor, hostTensor, type Mask, type TensorData } from '@vosvfi/core';
import type { VideoSegmentation, VideoSegmenter } from '../video-segmenter.js';

/** Interleaved rows of pixels, left to right reversed. */
function reverseRows<T extends TensorData>(data: T, width: number, channels: number): T {
  const result: TensorData = data.slice();
  const row = width * channels;
  for (let start = 0; start < data.length; start += row) {
    for (let x = 0; x < width; x++) {
      const [from, to] = [start + x * channels, start + (width - 1 - x) * channels];
      for (let c = 0; c < channels; c++) result[to + c] = data[from + c]!;
    }
  }
  return result as T;
}

function mirrorFrame(frame: Frame): Frame {
  return { ...frame, data: reverseRows(frame.data, frame.width, 3) };
}

function mirrorMask(mask: Mask): Mask {
  return { ...mask, data: reverseRows(mask.data, mask.width, 1) };
}

function mirrorTensor({ data, shape }: HostTensor): HostTensor {
  return hostTensor(reverseRows(data as Float32Array, shape[1]!, shape[2]!), shape);
}

/**
 * A segmenter that sees videos mirrored, left to right; what it returns is mirrored back.
 * @param segmenter Not taken over.
 */
export function mirrored(segmenter: VideoSegmenter): VideoSegmenter {
  return {
    id: `${segmenter.id}, mirrored`,
    start: () => mirroredSegmentation(segmenter.start()),
    dispose: () => segmenter.dispose(),
  };
}

function mirroredSegmentation(inner: VideoSegmentation): VideoSegmentation {
  const { amend } = inner;
  return {
    async step(frame, given) {
      const seen = given && { ...given, masks: mirrorMask(given.masks) };
      const { mask, probabilities, ...rest } = await inner.step(mirrorFrame(frame), seen);
      return { ...rest, mask: mirrorMask(mask), probabilities: mirrorTensor(probabilities) };
    },
    ...(amend && { amend: (probabilities: HostTensor) => amend.call(inner, mirrorTensor(probabilities)) }),
    reset: () => inner.reset(),
  };
}
