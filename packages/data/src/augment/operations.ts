import { ShapeError } from '@vosvfi/core';
import type { TripletSample } from '../sample.js';
import { emptyLike, type Geometry, mapSample, type Raster, rearrange } from './raster.js';

/** The same rearrangement for all parts; `turn` changes each flow vector pair in place. */
function rigid(
  move: <T extends Uint8Array | Float32Array>(raster: Raster<T>) => Raster<T>,
  turn: (flow: Float32Array) => void = () => {},
): Geometry {
  return {
    frame: move,
    mask: move,
    flow: (raster) => {
      const moved = move(raster);
      turn(moved.data);
      return moved;
    },
  };
}

function negate(flow: Float32Array, component: 0 | 1): void {
  for (let i = component; i < flow.length; i += 2) flow[i] = -flow[i]!;
}

/** Left and right change places; horizontal flow changes sign. */
export function flipHorizontal(sample: TripletSample): TripletSample {
  return mapSample(
    sample,
    rigid(
      (raster) => {
        const { width, height } = raster;
        return rearrange(raster, width, height, (x, y) => y * width + (width - 1 - x));
      },
      (flow) => negate(flow, 0),
    ),
  );
}

/** Upside down; vertical flow changes sign. */
export function flipVertical(sample: TripletSample): TripletSample {
  return mapSample(
    sample,
    rigid(
      (raster) => {
        const { width, height } = raster;
        return rearrange(raster, width, height, (x, y) => (height - 1 - y) * width + x);
      },
      (flow) => negate(flow, 1),
    ),
  );
}

/** Rows become columns; the components of the flow change places. */
export function transpose(sample: TripletSample): TripletSample {
  return mapSample(
    sample,
    rigid(
      (raster) => rearrange(raster, raster.height, raster.width, (x, y) => x * raster.width + y),
      (flow) => {
        for (let i = 0; i < flow.length; i += 2) {
          const x = flow[i]!;
          flow[i] = flow[i + 1]!;
          flow[i + 1] = x;
        }
      },
    ),
  );
}

/** Number of turns by 90 degrees. */
export type QuarterTurns = 1 | 2 | 3;

/** Turned clockwise, with the vectors of the flow. */
export function rotate(sample: TripletSample, turns: QuarterTurns): TripletSample {
  switch (turns) {
    case 1:
      return flipHorizontal(transpose(sample));
    case 2:
      return flipHorizontal(flipVertical(sample));
    case 3:
      return flipVertical(transpose(sample));
  }
}

/** A window of the sample whose upper left corner is pixel (left, top). @throws ShapeError if it does not fit in. */
export function crop(
  sample: TripletSample,
  window: { left: number; top: number; width: number; height: number },
): TripletSample {
  const { left, top, width, height } = window;
  const whole = sample.frames[0];
  if (left < 0 || top < 0 || left + width > whole.width || top + height > whole.height) {
    throw new ShapeError(
      `crop of ${sample.name}`,
      `a window inside ${whole.width} x ${whole.height}`,
      [`${width} x ${height} at x ${left}, y ${top}`].join(),
    );
  }
  return mapSample(
    sample,
    rigid((raster) => rearrange(raster, width, height, (x, y) => (top + y) * raster.width + left + x)),
  );
}

/** The last frame comes first: t becomes 1 - t, and the two flows change places. */
export function reverseTime(sample: TripletSample): TripletSample {
  const { frames, masks, flow } = sample;
  const swapped = flow && new Float32Array(flow.length);
  if (flow && swapped) for (let i = 0; i < flow.length; i++) swapped[i] = flow[i ^ 2]!;
  return {
    ...sample,
    t: 1 - sample.t,
    frames: [frames[2], frames[1], frames[0]],
    ...(masks && { masks: [masks[2], masks[1], masks[0]] as const }),
    ...(swapped && { flow: swapped }),
  };
}

/** Red and blue change places in the frames; masks and flow stay. */
export function reverseChannels(sample: TripletSample): TripletSample {
  const same = <T>(raster: T) => raster;
  return mapSample(sample, {
    mask: same,
    flow: same,
    frame: (raster) => {
      const data = emptyLike(raster.data, raster.data.length);
      for (let i = 0; i < data.length; i += 3) {
        data[i] = raster.data[i + 2]!;
        data[i + 1] = raster.data[i + 1]!;
        data[i + 2] = raster.data[i]!;
      }
      return { ...raster, data };
    },
  });
}

/** Twice the size, bilinear with half-pixel centres and repeated borders; values times `gain`. */
function double<T extends Uint8Array | Float32Array>({ data, width, height, channels }: Raster<T>, gain: number) {
  const doubled = emptyLike(data, width * height * 4 * channels);
  const half = doubled instanceof Uint8Array ? 0.5 : 0;
  for (let y = 0, i = 0; y < height * 2; y++) {
    // Output centre y + 0.5 lies at (y + 0.5) / 2 of the input: 3/4 of the row it is in, 1/4 of the nearest other.
    const near = (y >> 1) * width;
    const far = Math.min(height - 1, Math.max(0, (y >> 1) + (y & 1 ? 1 : -1))) * width;
    for (let x = 0; x < width * 2; x++) {
      const column = x >> 1;
      const other = Math.min(width - 1, Math.max(0, column + (x & 1 ? 1 : -1)));
      for (let channel = 0; channel < channels; channel++, i++) {
        const at = (index: number) => data[index * channels + channel]!;
        const value = 9 * at(near + column) + 3 * (at(near + other) + at(far + column)) + at(far + other);
        doubled[i] = (value * gain) / 16 + half;
      }
    }
  }
  return { data: doubled, width: width * 2, height: height * 2, channels };
}

/** Twice the size: frames and flow bilinear, flow vectors twice as long, masks nearest. */
export function upscale(sample: TripletSample): TripletSample {
  return mapSample(sample, {
    frame: (raster) => double(raster, 1),
    flow: (raster) => double(raster, 2),
    mask: (raster) =>
      rearrange(raster, raster.width * 2, raster.height * 2, (x, y) => (y >> 1) * raster.width + (x >> 1)),
  });
}
