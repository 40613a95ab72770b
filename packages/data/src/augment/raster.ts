import type { Frame, Mask } from '@vosvfi/core';
import type { TripletSample } from '../sample.js';

/** Interleaved samples of `channels` values. */
export interface Raster<T extends Uint8Array | Float32Array = Uint8Array | Float32Array> {
  readonly data: T;
  readonly width: number;
  readonly height: number;
  readonly channels: number;
}

/** Typed arrays of the same kind. */
export function emptyLike<T extends Uint8Array | Float32Array>(data: T, length: number): T {
  return (data instanceof Uint8Array ? new Uint8Array(length) : new Float32Array(length)) as T;
}

/**
 * Moves whole samples: the output at (x, y) is the input at `source(x, y)`, an index of a sample.
 */
export function rearrange<T extends Uint8Array | Float32Array>(
  { data, channels }: Raster<T>,
  width: number,
  height: number,
  source: (x: number, y: number) => number,
): Raster<T> {
  const moved = emptyLike(data, width * height * channels);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const from = source(x, y) * channels;
      for (let channel = 0; channel < channels; channel++, i++) moved[i] = data[from + channel]!;
    }
  }
  return { data: moved, width, height, channels };
}

/** What a geometric operation does to each part of a sample. */
export interface Geometry {
  readonly frame: (raster: Raster) => Raster;
  readonly mask: (raster: Raster<Uint8Array>) => Raster<Uint8Array>;
  /** Moves the vectors and turns them; four channels. */
  readonly flow: (raster: Raster<Float32Array>) => Raster<Float32Array>;
}

/** Applies one geometric operation to frames, masks and flow alike. */
export function mapSample(sample: TripletSample, { frame, mask, flow }: Geometry): TripletSample {
  const { width, height } = sample.frames[0];
  const mapFrame = (value: Frame): Frame => {
    const mapped = frame({ data: value.data, width: value.width, height: value.height, channels: 3 });
    const result = { data: mapped.data, width: mapped.width, height: mapped.height };
    return value.timestampSeconds === undefined ? result : { ...result, timestampSeconds: value.timestampSeconds };
  };
  const mapMask = (value: Mask): Mask => {
    const mapped = mask({ ...value, channels: 1 });
    return { data: mapped.data, width: mapped.width, height: mapped.height };
  };
  const [frame0, frameT, frame1] = sample.frames;
  return {
    ...sample,
    frames: [mapFrame(frame0), mapFrame(frameT), mapFrame(frame1)],
    ...(sample.masks && {
      masks: [mapMask(sample.masks[0]), mapMask(sample.masks[1]), mapMask(sample.masks[2])] as const,
    }),
    ...(sample.flow && { flow: flow({ data: sample.flow, width, height, channels: 4 }).data }),
  };
}
