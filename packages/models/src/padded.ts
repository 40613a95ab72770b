import { ConfigError, UnsupportedError } from '@vosvfi/core';
import { padCentered, padEnd, unpad } from '@vosvfi/ops';
import type { TensorFunction } from '@vosvfi/runtime';
import * as tf from '@vosvfi/runtime/tf';
import type { InterpolationNetwork, PaddingRule } from './interpolation-network.js';

/**
 * A network for frames of any size: padded as its official code does, interpolated, and cut back. Inputs `frame0` and
 * `frame1` [B, H, W, 3] and, for a network of any time, `t` [B, 1, 1, 1]; output `frame` [B, H, W, 3].
 * @throws UnsupportedError for a scale other than 1 where the network has none; ConfigError for one out of range.
 */
export function paddedInterpolation(network: InterpolationNetwork, scale = 1): TensorFunction {
  const multiple = multipleFor(network, scale);
  return ({ frame0, frame1, t }, weights) => {
    const first = pad(frame0!, multiple, network.padding);
    const second = pad(frame1!, multiple, network.padding);
    const { frame } = network.forward(weights, {
      frame0: first.padded,
      frame1: second.padded,
      t: t ?? tf.fill([frame0!.shape[0] as number, 1, 1, 1], 0.5),
      ...(scale === 1 ? {} : { scale }),
    });
    return { frame: unpad(frame, first.margins) };
  };
}

function pad(frame: tf.Tensor, multiple: number, rule: PaddingRule) {
  switch (rule) {
    case 'edge-centred':
      return padCentered(frame, multiple);
    case 'reflect-end':
      return padEnd(frame, multiple, 'reflect');
    case 'zero-end':
      return padEnd(frame, multiple, 'zeros');
  }
}

/** What sizes must be a multiple of, so that the resized frames are a multiple of the network's own. */
function multipleFor({ id, multiple, scalable, largestScale = 1 }: InterpolationNetwork, scale: number): number {
  if (scale !== 1 && !scalable) {
    throw new UnsupportedError(`scale: ${id} has no scale of its own, found ${scale}.`, {
      hint: 'Leave it out, or resize the frames.',
    });
  }
  const scaled = Math.round(multiple / scale);
  if (!(scale > 0 && scale <= largestScale) || Math.abs(scaled * scale - multiple) > 1e-6) {
    throw new ConfigError(
      'scale',
      `expected more than 0, at most ${largestScale}, and ${multiple} / scale whole; found ${scale}.`,
    );
  }
  return Math.max(multiple, scaled);
}
