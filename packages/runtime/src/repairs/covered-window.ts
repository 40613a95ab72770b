import * as tf from '@tensorflow/tfjs';

type Sides = [number, number];

/** What a convolution or pooling reads, as tfjs works it out. */
export type WindowInfo = Pick<
  tf.backend_util.Conv2DInfo,
  | 'padInfo'
  | 'inHeight'
  | 'inWidth'
  | 'outHeight'
  | 'outWidth'
  | 'strideHeight'
  | 'strideWidth'
  | 'effectiveFilterHeight'
  | 'effectiveFilterWidth'
>;

/** tfjs does not tell gradients how sizes were rounded: the NHWC gradient of the result has the size that came of it. */
export function withResultOf<Info extends WindowInfo>(dy: tf.Tensor4D, info: Info): Info {
  return { ...info, outHeight: dy.shape[1], outWidth: dy.shape[2] };
}

/** Height and width that the windows cover, padding included. */
export function coveredSize(info: WindowInfo): Sides {
  return [
    (info.outHeight - 1) * info.strideHeight + info.effectiveFilterHeight,
    (info.outWidth - 1) * info.strideWidth + info.effectiveFilterWidth,
  ];
}

/**
 * An NHWC image as its windows see it: padded with `value` and without the rows and columns that no window reaches.
 * Windows without padding over the result are those of `info` over `x`.
 */
export function covered(x: tf.Tensor4D, info: WindowInfo, value = 0): tf.Tensor4D {
  const [height, width] = coveredSize(info);
  const { top, left } = info.padInfo;
  return resized(x, [-top, -left], [height, width], value);
}

/** The gradient of {@link covered}: from what its result gets to what `x` gets. */
export function uncovered(gradient: tf.Tensor4D, info: WindowInfo): tf.Tensor4D {
  const { top, left } = info.padInfo;
  return resized(gradient, [top, left], [info.inHeight, info.inWidth], 0);
}

/** The part of an NHWC image from row and column `from` on, which may lie outside; `value` is what is there. */
function resized(x: tf.Tensor4D, from: Sides, size: Sides, value: number): tf.Tensor4D {
  const [batch, height, width, channels] = x.shape;
  const sides = [height, width].map((extent, axis): Sides => {
    const begin = from[axis] as number;
    return [Math.max(0, -begin), Math.max(0, begin + (size[axis] as number) - extent)];
  }) as [Sides, Sides];
  const padded = sides.flat().some((side) => side > 0) ? tf.pad(x, [[0, 0], ...sides, [0, 0]], value) : x;
  const begin = from.map((start) => Math.max(0, start)) as Sides;
  if (padded.shape[1] === size[0] && padded.shape[2] === size[1]) return padded;
  return tf.slice(padded, [0, ...begin, 0], [batch, ...size, channels]);
}

export function toChannelsLast(x: tf.Tensor4D): tf.Tensor4D {
  return tf.transpose(x, [0, 2, 3, 1]);
}

export function toChannelsFirst(x: tf.Tensor4D): tf.Tensor4D {
  return tf.transpose(x, [0, 3, 1, 2]);
}
