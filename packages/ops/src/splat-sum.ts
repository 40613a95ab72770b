import * as tf from '@vosvfi/runtime/tf';
import { type Corners, landingOf, readCells, sharesOf, sumCells } from './splat-cells.js';

/**
 * Forward splatting by summation: every pixel adds itself to the four pixels around the place it moves to, by bilinear
 * shares. Gradients go to both arguments; whole coordinates belong to the cell on their right and below.
 *
 * @param planes [B, C, H, W]: whole planes are what vectors of the processor run along.
 * @param flow [B, H, W, 2] in pixels (x, y).
 */
export function splatSum(planes: tf.Tensor4D, flow: tf.Tensor4D): tf.Tensor4D {
  const splat = tf.customGrad((...given) => {
    const [x, motion, save] = given as [tf.Tensor4D, tf.Tensor4D, tf.GradSaveFunc];
    save([x, motion]);
    return {
      value: splatted(x, motion),
      gradFunc: (dy: tf.Tensor, [savedPlanes, savedFlow]: tf.Tensor[]) =>
        splatGradients(savedPlanes as tf.Tensor4D, savedFlow as tf.Tensor4D, dy as tf.Tensor4D),
    };
  });
  return splat(planes, flow) as tf.Tensor4D;
}

function flattened(planes: tf.Tensor4D): tf.Tensor3D {
  const [batch, channels, height, width] = planes.shape;
  return tf.reshape(planes, [batch, channels, height * width]);
}

function mapCorners(corners: Corners, apply: (value: tf.Tensor, index: number) => tf.Tensor): Corners {
  const [first, second, third, fourth] = corners;
  return [apply(first, 0), apply(second, 1), apply(third, 2), apply(fourth, 3)];
}

function splatted(planes: tf.Tensor4D, flow: tf.Tensor4D): tf.Tensor4D {
  const landing = landingOf(flow);
  const pixels = flattened(planes);
  const parts = mapCorners(sharesOf(landing), (share) => tf.mul(pixels, share));
  return sumCells(parts, landing, planes.shape);
}

function splatGradients(planes: tf.Tensor4D, flow: tf.Tensor4D, dy: tf.Tensor4D): [tf.Tensor, tf.Tensor] {
  const landing = landingOf(flow);
  const corners = readCells(dy, landing);
  const shares = sharesOf(landing);
  const [first, second, third, fourth] = mapCorners(corners, (corner, index) => tf.mul(corner, shares[index]!));
  const dPlanes = tf.add(tf.add(first, second), tf.add(third, fourth));
  // How much the pixel's value is wanted at each corner; the shares' slopes by x and y are differences of these.
  const pixels = flattened(planes);
  const [a, b, c, d] = mapCorners(corners, (corner) => tf.sum(tf.mul(pixels, corner), 1, true));
  const { x, y } = landing;
  const between = (low: tf.Tensor, high: tf.Tensor, at: tf.Tensor): tf.Tensor =>
    tf.add(tf.mul(low, tf.sub(1, at)), tf.mul(high, at));
  const byX = between(tf.sub(b, a), tf.sub(d, c), y);
  const byY = between(tf.sub(c, a), tf.sub(d, b), x);
  const dFlow = tf.transpose(tf.concat([byX, byY], 1), [0, 2, 1]);
  return [tf.reshape(dPlanes, planes.shape), tf.reshape(dFlow, flow.shape)];
}
