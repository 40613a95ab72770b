import * as tf from '@vosvfi/runtime/tf';
import { landingOf, readCells, sharesOf, sumCells } from './splat-cells.js';

/**
 * Forward splatting by summation: every pixel adds itself to the four pixels around the place it moves to, by bilinear
 * shares. Gradients go to both arguments; whole coordinates belong to the cell on their right and below.
 *
 * @param image [B, H, W, C].
 * @param flow [B, H, W, 2] in pixels (x, y).
 */
export function splatSum(image: tf.Tensor4D, flow: tf.Tensor4D): tf.Tensor4D {
  const splat = tf.customGrad((...given) => {
    const [x, motion, save] = given as [tf.Tensor4D, tf.Tensor4D, tf.GradSaveFunc];
    save([x, motion]);
    return {
      value: splatted(x, motion),
      gradFunc: (dy: tf.Tensor, [savedImage, savedFlow]: tf.Tensor[]) =>
        splatGradients(savedImage as tf.Tensor4D, savedFlow as tf.Tensor4D, dy as tf.Tensor4D),
    };
  });
  return splat(image, flow) as tf.Tensor4D;
}

function splatted(image: tf.Tensor4D, flow: tf.Tensor4D): tf.Tensor4D {
  const [batch, height, width, channels] = image.shape;
  const landing = landingOf(flow);
  const rows = tf.reshape(image, [batch * height * width, channels]);
  const parts = sharesOf(landing).map((share) => tf.mul(rows, share));
  return sumCells(tf.concat(parts, 1), landing, image.shape);
}

function splatGradients(image: tf.Tensor4D, flow: tf.Tensor4D, dy: tf.Tensor4D): [tf.Tensor, tf.Tensor] {
  const landing = landingOf(flow);
  const corners = readCells(dy, landing);
  const [first, second, third, fourth] = sharesOf(landing).map((share, index) => tf.mul(corners[index]!, share));
  const dImage = tf.reshape(tf.add(tf.add(first!, second!), tf.add(third!, fourth!)), image.shape);
  // How much the pixel's value is wanted at each corner; the shares' slopes by x and y are differences of these.
  const rows = tf.reshape(image, [corners[0].shape[0]!, image.shape[3]]);
  const [a, b, c, d] = corners.map((corner) => tf.sum(tf.mul(rows, corner), 1)) as [
    tf.Tensor,
    tf.Tensor,
    tf.Tensor,
    tf.Tensor,
  ];
  const { x, y } = landing;
  const between = (low: tf.Tensor, high: tf.Tensor, at: tf.Tensor): tf.Tensor =>
    tf.add(tf.mul(low, tf.sub(1, at)), tf.mul(high, at));
  const byX = between(tf.sub(b, a), tf.sub(d, c), y);
  const byY = between(tf.sub(c, a), tf.sub(d, b), x);
  return [dImage, tf.reshape(tf.stack([byX, byY], 1), flow.shape)];
}
