import type { Frame, HostTensor, Mask } from '@vosvfi/core';

interface Size {
  readonly width: number;
  readonly height: number;
}

/** Interleaved samples, stretched bilinearly with aligned pixel areas. */
function stretch(data: ArrayLike<number>, channels: number, from: Size, to: Size): Float32Array {
  const result = new Float32Array(to.width * to.height * channels);
  const axis = (length: number, source: number) =>
    Array.from({ length }, (_, i) => {
      const at = Math.min(source - 1, Math.max(0, ((i + 0.5) * source) / length - 0.5));
      const low = Math.min(Math.floor(at), Math.max(0, source - 2));
      return { low, high: Math.min(low + 1, source - 1), share: at - low };
    });
  const columns = axis(to.width, from.width);
  axis(to.height, from.height).forEach((row, y) => {
    columns.forEach((column, x) => {
      for (let c = 0; c < channels; c++) {
        const value = (v: number, u: number) => data[(v * from.width + u) * channels + c]!;
        const upper = value(row.low, column.low) * (1 - column.share) + value(row.low, column.high) * column.share;
        const lower = value(row.high, column.low) * (1 - column.share) + value(row.high, column.high) * column.share;
        result[(y * to.width + x) * channels + c] = upper * (1 - row.share) + lower * row.share;
      }
    });
  });
  return result;
}

/** Colours at another size, 0..255 rounded. */
export function resizeFrame(frame: Frame, to: Size): Frame {
  const data = Uint8Array.from(stretch(frame.data, 3, frame, to), (value) => Math.round(value));
  return { data, width: to.width, height: to.height };
}

/** The nearest label. */
export function resizeMask({ data, width, height }: Mask, to: Size): Mask {
  const result = new Uint8Array(to.width * to.height);
  for (let y = 0, i = 0; y < to.height; y++) {
    const row = Math.floor(((y + 0.5) * height) / to.height) * width;
    for (let x = 0; x < to.width; x++) result[i++] = data[row + Math.floor(((x + 0.5) * width) / to.width)]!;
  }
  return { data: result, width: to.width, height: to.height };
}

/** The most probable label of probabilities [H, W, K + 1] stretched to another size. */
export function largestLabel({ data, shape }: HostTensor, labels: readonly number[], to: Size): Mask {
  const [height, width, channels] = shape as [number, number, number];
  const stretched = stretch(data, channels, { width, height }, to);
  const result = new Uint8Array(to.width * to.height);
  for (let pixel = 0; pixel < result.length; pixel++) {
    let best = 0;
    for (let c = 1; c < channels; c++) {
      if (stretched[pixel * channels + c]! > stretched[pixel * channels + best]!) best = c;
    }
    result[pixel] = best === 0 ? 0 : labels[best - 1]!;
  }
  return { data: result, width: to.width, height: to.height };
}
