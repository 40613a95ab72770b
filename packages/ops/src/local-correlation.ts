import * as tf from '@vosvfi/runtime/tf';
import { displacedProducts } from './displaced-products.js';

/** Options of {@link localCorrelation}. */
export interface LocalCorrelationOptions {
  /** Displacements go from -radius to radius along both axes. */
  readonly radius: number;
}

/**
 * Correlation of every pixel with those around the same place of another picture (FlowNet, Dosovitskiy et al., ICCV
 * 2015; PWC-Net's cost volume, Sun et al., CVPR 2018, eq. 3): the mean over channels of the products.
 *
 * Channel `(dy + r) (2 r + 1) + dx + r` belongs to the displacement (dx, dy): rows are outer. Outside the picture
 * features count as 0.
 *
 * @param fmap1 [B, H, W, C] float32.
 * @param fmap2 [B, H, W, C].
 * @returns [B, H, W, (2 r + 1)^2]; gradients go to both.
 * @throws ShapeError if ranks or extents do not fit; ConfigError for a radius out of range.
 */
export function localCorrelation(fmap1: tf.Tensor, fmap2: tf.Tensor, { radius }: LocalCorrelationOptions): tf.Tensor4D {
  return tf.mul(displacedProducts('localCorrelation', fmap1, fmap2, radius), 1 / (fmap1.shape[3] ?? 1));
}
