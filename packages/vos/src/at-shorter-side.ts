import { ConfigError, type Frame, hostTensor, type Mask, ShapeError } from '@vosvfi/core';
import { labelsIn, voidLabel } from './given-objects.js';
import { resample } from './resample.js';
import type { GivenMasks, SegmentedFrame, VideoSegmentation, VideoSegmenter } from './video-segmenter.js';

interface Size {
  readonly width: number;
  readonly height: number;
}

/** The size of the same shape whose shorter side is `side`; never larger. */
function sizeAt({ width, height }: Size, side: number): Size {
  const scale = Math.min(1, side / Math.min(width, height));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

/**
 * Lets a segmenter work on smaller frames: those whose shorter side is over `side` pixels are reduced (without aliasing),
 * and probabilities are brought back linearly, so that masks have the frames' size and smooth edges. Given masks are what
 * the result is at their frame.
 * @param side At least 16.
 * @throws ConfigError for a smaller side.
 */
export function atShorterSide(segmenter: VideoSegmenter, side: number): VideoSegmenter {
  if (!(Number.isInteger(side) && side >= 16)) {
    throw new ConfigError('side', `expected an integer of at least 16, found ${side}.`);
  }
  return {
    id: segmenter.id,
    start: () => reducedSegmentation(segmenter.start(), side),
    dispose: () => segmenter.dispose(),
  };
}

function reducedSegmentation(inner: VideoSegmentation, side: number): VideoSegmentation {
  return {
    async step(frame, given) {
      const small = sizeAt(frame, side);
      if (small.width === frame.width && small.height === frame.height) return inner.step(frame, given);
      const segmented = await inner.step(reduceFrame(frame, small), given && reduceGiven(given, frame, small));
      return enlarge(segmented, frame, given);
    },
    reset: () => inner.reset(),
  };
}

function reduceFrame(frame: Frame, { width, height }: Size): Frame {
  const values = resample({ ...frame, channels: 3 }, width, height);
  const scale = frame.data instanceof Float32Array ? 1 : 1 / 255;
  for (let i = 0; i < values.length; i++) values[i]! *= scale;
  return { ...frame, data: values, width, height };
}

function reduceGiven({ masks, labels }: GivenMasks, frame: Frame, size: Size): GivenMasks {
  if (masks.width !== frame.width || masks.height !== frame.height) {
    throw new ShapeError('given masks', `${frame.width} x ${frame.height}`, `${masks.width} x ${masks.height}`);
  }
  return { masks: reduceMask(masks, size), ...(labels && { labels }) };
}

/** Where each label covers most; an object too small to win anywhere gets the one pixel of which it covers most. */
export function reduceMask(mask: Mask, { width, height }: Size): Mask {
  const objects = labelsIn(mask);
  const labels = [0, ...objects, ...(mask.data.includes(voidLabel) ? [voidLabel] : [])];
  const result = new Uint8Array(width * height);
  const most = new Float32Array(width * height);
  const places = new Map<number, number>();
  for (const label of labels) {
    const isLabel = Float32Array.from(mask.data, (value) => (value === label ? 1 : 0));
    const shares = resample({ ...mask, data: isLabel, channels: 1 }, width, height);
    let place = 0;
    for (let pixel = 0; pixel < shares.length; pixel++) {
      const share = shares[pixel]!;
      if (share > shares[place]!) place = pixel;
      if (share <= most[pixel]!) continue;
      most[pixel] = share;
      result[pixel] = label;
    }
    places.set(label, place);
  }
  for (const label of objects) if (!result.includes(label)) result[places.get(label)!] = label;
  return { data: result, width, height };
}

function enlarge(segmented: SegmentedFrame, { width, height }: Size, given: GivenMasks | undefined): SegmentedFrame {
  const { labels, probabilities } = segmented;
  const [rows, columns, channels] = probabilities.shape as [number, number, number];
  const raster = { data: probabilities.data, width: columns, height: rows, channels };
  const values = resample(raster, width, height);
  const mask = { data: mostProbable(values, labels), width, height };
  if (given !== undefined) keepGiven(mask.data, given);
  return { ...segmented, mask, probabilities: hostTensor(values, [height, width, channels]) };
}

function mostProbable(values: Float32Array, labels: readonly number[]): Uint8Array {
  const channels = labels.length + 1;
  const result = new Uint8Array(values.length / channels);
  for (let pixel = 0, at = 0; pixel < result.length; pixel++, at += channels) {
    let best = 0;
    for (let channel = 1; channel < channels; channel++) if (values[at + channel]! > values[at + best]!) best = channel;
    if (best > 0) result[pixel] = labels[best - 1]!;
  }
  return result;
}

/** Puts the given masks of the labels that they define over what was found. */
function keepGiven(found: Uint8Array, { masks, labels = labelsIn(masks) }: GivenMasks): void {
  const defined = new Set(labels);
  masks.data.forEach((label, pixel) => {
    if (label === voidLabel) return;
    if (label !== 0) found[pixel] = label;
    else if (defined.has(found[pixel]!)) found[pixel] = 0;
  });
}
