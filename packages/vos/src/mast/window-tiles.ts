import * as tf from '@vosvfi/runtime/tf';

/** Side of the tiles that queries are cut into: a small one wastes little around windows, a large one copies less. */
const tileSide = 8;

/** How a picture is cut into square tiles, and what places a tile's windows reach. */
export interface Tiling {
  readonly batch: number;
  readonly height: number;
  readonly width: number;
  readonly radius: number;
  /** Side of a tile. */
  readonly side: number;
  /** Side of the part that the windows of a tile's places cover. */
  readonly span: number;
  /** Tiles down and across. */
  readonly down: number;
  readonly across: number;
}

/** The tiling of pictures [B, h, w, C] for windows of places up to `radius` away. */
export function tilingOf([batch, height, width]: readonly number[], radius: number): Tiling {
  const extents = { batch: batch as number, height: height as number, width: width as number };
  const side = Math.min(tileSide, Math.max(extents.height, extents.width));
  const [down, across] = [Math.ceil(extents.height / side), Math.ceil(extents.width / side)];
  return { ...extents, radius, side, span: side + 2 * radius, down, across };
}

/** Places of each tile, [tiles, side^2, C]. Places outside the picture are zeros. */
export function tilesOf({ batch, height, width, side, down, across }: Tiling, x: tf.Tensor4D): tf.Tensor3D {
  const channels = x.shape[3];
  const padded = tf.pad(x, [
    [0, 0],
    [0, down * side - height],
    [0, across * side - width],
    [0, 0],
  ]);
  const cut = tf.transpose(tf.reshape(padded, [batch, down, side, across, side, channels]), [0, 1, 3, 2, 4, 5]);
  return tf.reshape(cut, [batch * down * across, side * side, channels]);
}

/** The reverse of {@link tilesOf}. */
export function fromTiles({ batch, height, width, side, down, across }: Tiling, x: tf.Tensor3D): tf.Tensor4D {
  const channels = x.shape[2];
  const cut = tf.reshape(x, [batch, down, across, side, side, channels]);
  const joined = tf.reshape(tf.transpose(cut, [0, 1, 3, 2, 4, 5]), [batch, down * side, across * side, channels]);
  return tf.slice(joined, [0, 0, 0, 0], [batch, height, width, channels]) as tf.Tensor4D;
}

/** Places that the windows of each tile reach, [tiles, span^2, C]. Places outside the picture are zeros. */
export function reachedBy({ batch, height, width, radius, side, span, down, across }: Tiling, x: tf.Tensor4D) {
  const channels = x.shape[3];
  const padded = tf.pad(x, [
    [0, 0],
    [radius, down * side - height + radius],
    [radius, across * side - width + radius],
    [0, 0],
  ]);
  const columns = across * side + 2 * radius;
  const strips = Array.from({ length: down }, (_, i) =>
    tf.slice(padded, [0, i * side, 0, 0], [batch, span, columns, channels]),
  );
  const rows = tf.stack(strips, 1);
  const parts = Array.from({ length: across }, (_, j) =>
    tf.slice(rows, [0, 0, 0, j * side, 0], [batch, down, span, span, channels]),
  );
  return tf.reshape(tf.stack(parts, 2), [batch * down * across, span * span, channels]) as tf.Tensor3D;
}

/** Added to the score of a place that is in reach of the tile and not in the window. */
const outside = -1e9;

/** 0 for places in the window of a tile's place, [1, side^2, span^2]. */
export function windowScores({ radius, side, span }: Tiling): tf.Tensor3D {
  const isNear = (place: number, query: number): boolean => Math.abs(place - query - radius) <= radius;
  const scores = Float32Array.from({ length: side * side * span * span }, (_, index) => {
    const [query, place] = [Math.floor(index / (span * span)), index % (span * span)];
    const isInWindow = isNear(Math.floor(place / span), Math.floor(query / side)) && isNear(place % span, query % side);
    return isInWindow ? 0 : outside;
  });
  return tf.tensor3d(scores, [1, side * side, span * span]);
}

/** (x, y) of each place of a square of `side`, [side^2, 2]. */
export function coordinatesOf(side: number): tf.Tensor2D {
  const coordinates = Array.from({ length: side * side }, (_, index) => [index % side, Math.floor(index / side)]);
  return tf.tensor2d(coordinates.flat(), [side * side, 2]);
}
