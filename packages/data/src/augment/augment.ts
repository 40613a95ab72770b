import { type Random, ShapeError } from '@vosvfi/core';
import type { TripletSample } from '../sample.js';
import type { AugmentConfig } from './config.js';
import {
  crop,
  flipHorizontal,
  flipVertical,
  type QuarterTurns,
  reverseChannels,
  reverseTime,
  rotate,
  transpose,
  upscale,
} from './operations.js';

function randomCrop(sample: TripletSample, [height, width]: readonly [number, number], random: Random): TripletSample {
  const whole = sample.frames[0];
  if (whole.height < height || whole.width < width) {
    throw new ShapeError(
      `crop of ${sample.name}`,
      `frames of at least ${width} x ${height}`,
      `${whole.width} x ${whole.height}`,
    );
  }
  const top = random.integer(0, whole.height - height);
  const left = random.integer(0, whole.width - width);
  return crop(sample, { left, top, width, height });
}

/**
 * Applies the augmentations that `random` draws, in the order of {@link AugmentConfig}'s fields, to frames, masks and
 * flow together. Draws the same number of times whatever comes out, but for the crop's place.
 * @throws ShapeError if the crop is larger than the frames.
 */
export function augment(sample: TripletSample, random: Random, config: AugmentConfig): TripletSample {
  let result = sample;
  if (random.chance(config.upscale)) result = upscale(result);
  if (config.crop) result = randomCrop(result, config.crop, random);
  if (random.chance(config.reverseChannels)) result = reverseChannels(result);
  if (random.chance(config.flipVertical)) result = flipVertical(result);
  if (random.chance(config.flipHorizontal)) result = flipHorizontal(result);
  if (random.chance(config.transpose)) result = transpose(result);
  if (random.chance(config.reverseTime)) result = reverseTime(result);
  if (config.rotate > 0) {
    const turns = random.integer(1, 3) as QuarterTurns;
    if (random.chance(config.rotate)) result = rotate(result, turns);
  }
  return result;
}
