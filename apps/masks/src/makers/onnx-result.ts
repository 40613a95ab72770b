import { ConfigError, type HostTensor } from '@vosvfi/core';
import type { OnnxSettings } from '../settings.js';

/** What a model gave, as planes. */
interface Scores {
  readonly channels: number;
  readonly width: number;
  readonly height: number;
  /** Value of a channel at a pixel. */
  readonly at: (channel: number, pixel: number) => number;
}

/** Most channels of a result whose axes are told by their sizes. */
const MOST_CHANNELS = 512;

function scoresOf({ data, shape }: HostTensor): Scores {
  const rest = shape[0] === 1 && shape.length > 2 ? shape.slice(1) : shape;
  if (rest.length === 2) {
    const [height, width] = rest as [number, number];
    return { channels: 1, width, height, at: (_, pixel) => data[pixel]! };
  }
  const [a, b, c] = rest as [number, number, number];
  if (rest.length !== 3) throw new ConfigError('--model', `expected a map of scores, found [${shape.join(', ')}].`);
  // Channels are the axis of few entries; a picture has many to both sides.
  if (a <= c && a <= MOST_CHANNELS) {
    return { channels: a, width: c, height: b, at: (channel, pixel) => data[channel * b * c + pixel]! };
  }
  if (c <= MOST_CHANNELS)
    return { channels: c, width: b, height: a, at: (channel, pixel) => data[pixel * c + channel]! };
  throw new ConfigError('--model', `cannot tell the axes of the result [${shape.join(', ')}].`);
}

/** Labels of one frame at the model's size. */
export interface LabelMap {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/**
 * Labels from what a model gave: whole numbers are labels; several channels are scores of classes, of which the largest
 * counts (class 0 is background); one channel is the object's probability or logits, as `scores` says.
 * @throws ConfigError for axes that cannot be told, labels above 255, or one channel without `scores`.
 */
export function labelsOf(result: HostTensor, scores: OnnxSettings['scores']): LabelMap {
  const { channels, width, height, at } = scoresOf(result);
  const data = new Uint8Array(width * height);
  if (channels > 256) throw new ConfigError('--model', `a mask numbers at most 255 classes, found ${channels}.`);
  if (result.dtype !== 'float32') {
    if (channels > 1) throw new ConfigError('--model', `expected one label a pixel, found ${channels} channels.`);
    for (let i = 0; i < data.length; i++) {
      const label = at(0, i);
      if (label < 0 || label > 255) throw new ConfigError('--model', `expected labels from 0 to 255, found ${label}.`);
      data[i] = label;
    }
  } else if (channels === 1) {
    if (scores === 'auto') {
      throw new ConfigError('--scores', 'the result has one channel; say whether it holds probability or logits.');
    }
    const limit = scores === 'logits' ? 0 : 0.5;
    for (let i = 0; i < data.length; i++) data[i] = at(0, i) > limit ? 1 : 0;
  } else {
    for (let i = 0; i < data.length; i++) {
      let best = 0;
      for (let channel = 1; channel < channels; channel++) if (at(channel, i) > at(best, i)) best = channel;
      data[i] = best;
    }
  }
  return { data, width, height };
}
