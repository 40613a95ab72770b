import { type Frame, type HostTensor, hostTensor, type Mask, type TensorData } from '@vosvfi/core';
import type { Window } from './window.js';

interface Size {
  readonly width: number;
  readonly height: number;
}

/** Places along a side, by the sample before each and the share of the next one. */
interface Axis {
  readonly low: Int32Array;
  readonly share: Float32Array;
}

/** `length` places at equal distances along the stretch of a side of `samples` that begins at `start`. */
function axis(length: number, samples: number, start: number, extent: number): Axis {
  const low = new Int32Array(length);
  const share = new Float32Array(length);
  for (let i = 0; i < length; i++) {
    const at = Math.min(samples - 1, Math.max(0, start + ((i + 0.5) * extent) / length - 0.5));
    low[i] = Math.min(Math.floor(at), Math.max(0, samples - 2));
    share[i] = at - low[i]!;
  }
  return { low, share };
}

/** Interleaved samples of a picture with at least two pixels a side. */
interface Raster extends Size {
  readonly data: TensorData;
  readonly channels: number;
}

/** A window of a raster, bilinearly at another size. */
function stretch({ data, channels, ...from }: Raster, window: Window, to: Size): Float32Array {
  const result = new Float32Array(to.width * to.height * channels);
  const columns = axis(to.width, from.width, window.left, window.width);
  const rows = axis(to.height, from.height, window.top, window.height);
  const stride = from.width * channels;
  for (let y = 0, i = 0; y < to.height; y++) {
    const b = rows.share[y]!;
    for (let x = 0; x < to.width; x++) {
      const a = columns.share[x]!;
      const at = rows.low[y]! * stride + columns.low[x]! * channels;
      for (let k = at; k < at + channels; k++) {
        const upper = data[k]! + a * (data[k + channels]! - data[k]!);
        const lower = data[k + stride]! + a * (data[k + stride + channels]! - data[k + stride]!);
        result[i++] = upper + b * (lower - upper);
      }
    }
  }
  return result;
}

/** A window of a raster at another size; each new pixel is the mean of two by two samples within its area, times `gain`. */
function cut(from: Raster, window: Window, to: Size, gain: number): Float32Array {
  const { channels } = from;
  const twice = { width: to.width * 2, height: to.height * 2 };
  const fine = stretch(from, window, twice);
  const data = new Float32Array(to.width * to.height * channels);
  const scale = gain / 4;
  const row = twice.width * channels;
  for (let y = 0, i = 0; y < to.height; y++) {
    for (let x = 0, at = y * 2 * row; x < to.width; x++, at += 2 * channels) {
      for (let k = at; k < at + channels; k++)
        data[i++] = (fine[k]! + fine[k + channels]! + fine[k + row]! + fine[k + row + channels]!) * scale;
    }
  }
  return data;
}

/** Colours 0..1 of a window at another size. */
export function cutFrame(frame: Frame, window: Window, to: Size): Frame {
  const gain = frame.data instanceof Uint8Array ? 1 / 255 : 1;
  return { data: cut({ ...frame, channels: 3 }, window, to, gain), ...to };
}

/** Probabilities [H, W, K + 1] of a picture, in a window at another size [h, w, K + 1]. */
export function cutProbabilities({ data, shape }: HostTensor, window: Window, to: Size): HostTensor {
  const [height, width, channels] = shape as [number, number, number];
  return hostTensor(cut({ data, width, height, channels }, window, to, 1), [to.height, to.width, channels]);
}

/** The nearest labels of a window. */
export function cutMask({ data, width }: Mask, window: Window, to: Size): Mask {
  const result = new Uint8Array(to.width * to.height);
  for (let y = 0, i = 0; y < to.height; y++) {
    const row = Math.floor(window.top + ((y + 0.5) * window.height) / to.height) * width;
    for (let x = 0; x < to.width; x++) {
      result[i++] = data[row + Math.floor(window.left + ((x + 0.5) * window.width) / to.width)]!;
    }
  }
  return { data: result, ...to };
}

/** Probabilities [h, w, K + 1] of a window in a picture [H, W, K + 1] that is background elsewhere. */
export function pasteProbabilities(probabilities: HostTensor, window: Window, to: Size): HostTensor {
  const [height, width, channels] = probabilities.shape as [number, number, number];
  const left = Math.max(0, Math.ceil(window.left - 0.5));
  const top = Math.max(0, Math.ceil(window.top - 0.5));
  const right = Math.min(to.width, Math.ceil(window.left + window.width - 0.5));
  const bottom = Math.min(to.height, Math.ceil(window.top + window.height - 0.5));
  const size = { width: right - left, height: bottom - top };
  const [stepX, stepY] = [width / window.width, height / window.height];
  const part: Window = {
    left: (left - window.left) * stepX,
    top: (top - window.top) * stepY,
    width: size.width * stepX,
    height: size.height * stepY,
  };
  const inside = stretch({ data: probabilities.data, width, height, channels }, part, size);
  const result = new Float32Array(to.width * to.height * channels);
  for (let i = 0; i < result.length; i += channels) result[i] = 1;
  const row = size.width * channels;
  for (let y = 0; y < size.height; y++) {
    result.set(inside.subarray(y * row, (y + 1) * row), ((top + y) * to.width + left) * channels);
  }
  return hostTensor(result, [to.height, to.width, channels]);
}
