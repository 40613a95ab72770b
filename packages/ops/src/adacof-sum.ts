import * as tf from '@vosvfi/runtime/tf';
import { type Strip, type StripSamples, sampleStrip, stripOf, stripsOf, type TapGrid } from './adacof-strip.js';
import { addOuterRows } from './add-outer-rows.js';

/** Maps of one collaboration, [B, H, W, T] each. */
export interface TapMaps {
  readonly weights: tf.Tensor;
  readonly offsetsY: tf.Tensor;
  readonly offsetsX: tf.Tensor;
}

/** With more channels, a product per field and the choice of four blocks out of sixteen would cost more than it saves. */
const FEW_CHANNELS = 8;

/**
 * Sum over taps of weighted samples, without gradient: [B, H, W, C].
 * @param tables One cell table for each of {@link channelGroupsOf}.
 */
export function sumTaps(grid: TapGrid, tables: readonly tf.Tensor2D[], maps: TapMaps): tf.Tensor4D {
  const strips = stripsOf(grid, 'forward').map((strip) => tf.tidy(() => sumStrip(grid, strip, tables, maps)));
  const { batch, height, width, channels } = grid;
  return tf.reshape(tf.concat(strips, 0), [batch, height, width, channels]);
}

/** One strip's sums, [pixels, C]. */
function sumStrip(grid: TapGrid, strip: Strip, tables: readonly tf.Tensor2D[], maps: TapMaps): tf.Tensor2D {
  const samples = sampleStrip(grid, strip, stripOf(maps.offsetsY, strip), stripOf(maps.offsetsX, strip));
  const fields = fieldWeights(stripOf(maps.weights, strip), samples);
  const sums = tables.map((table) => sumChannels(tf.gather(table, samples.cells), fields));
  return sums.length === 1 ? sums[0]! : tf.concat(sums, 1);
}

/** Sums of gathered cells [pixels * T, 4 * C]: [pixels, C]. */
function sumChannels(cells: tf.Tensor2D, fields: readonly tf.Tensor[]): tf.Tensor2D {
  const [rows, width, taps] = fields[0]!.shape as [number, number, number];
  const [pixels, channels] = [rows * width, cells.shape[1] / 4];
  if (channels > FEW_CHANNELS) {
    const coefficients = tf.reshape(tf.stack([...fields], 3), [pixels, 1, taps * 4]) as tf.Tensor3D;
    const sums = tf.matMul(coefficients, tf.reshape(cells, [pixels, taps * 4, channels]) as tf.Tensor3D);
    return tf.reshape(sums, [pixels, channels]);
  }
  // Four rows by 4 C columns of which four blocks count: faster than one row by C columns.
  const coefficients = tf.concat(
    fields.map((field) => tf.reshape(field, [pixels, 1, taps])),
    1,
  ) as tf.Tensor3D;
  const products = tf.matMul(coefficients, tf.reshape(cells, [pixels, taps, 4 * channels]) as tf.Tensor3D);
  return tf.matMul(tf.reshape(products, [pixels, 16 * channels]) as tf.Tensor2D, matchingFields(channels));
}

/** What each field of a cell counts for: value, down, across, both. */
function fieldWeights(weights: tf.Tensor, { down, across }: StripSamples): tf.Tensor[] {
  const weightedDown = tf.mul(weights, down);
  return [weights, weightedDown, tf.mul(weights, across), tf.mul(weightedDown, across)];
}

/** Adds up the blocks of [4, 4, C] whose two fields are the same, [16 C, C]. */
function matchingFields(channels: number): tf.Tensor2D {
  const chosen = new Float32Array(16 * channels * channels);
  for (let field = 0; field < 4; field++) {
    for (let c = 0; c < channels; c++) chosen[((5 * field * channels + c) * channels + c) as number] = 1;
  }
  return tf.tensor2d(chosen, [16 * channels, channels]);
}

/** Which gradient of {@link sumTaps} is wanted. */
export interface GradientChoice {
  /** Channels that the maps' gradients sum over, from the first one. */
  readonly mapChannels: number;
  /** Otherwise the table's gradient is zero. */
  readonly isTableDifferentiated: boolean;
}

/** Gradients of {@link sumTaps} for the tables, then for weights, offsets down and offsets across. */
export function sumTapsGradients(
  grid: TapGrid,
  tables: readonly tf.Tensor2D[],
  maps: TapMaps,
  dy: tf.Tensor,
  { mapChannels, isTableDifferentiated }: GradientChoice,
): tf.Tensor[] {
  const sizes = tables.map((table) => table.shape[1] / 4);
  const parts = tables.length === 1 ? [dy] : tf.split(dy, sizes, 3);
  let before = 0;
  const groups = tables.map((table, i) => {
    const choice = { mapChannels: Math.max(0, mapChannels - before), isTableDifferentiated };
    before += sizes[i]!;
    return groupGradients({ ...grid, channels: sizes[i]! }, table, maps, parts[i]!, choice);
  });
  const sum = (which: number): tf.Tensor => groups.map((group) => group[which]!).reduce((a, b) => tf.add(a, b));
  return [...groups.map(([table]) => table), sum(1), sum(2), sum(3)];
}

/** Gradients of one table and, by its channels, of the maps. */
function groupGradients(
  grid: TapGrid,
  table: tf.Tensor2D,
  maps: TapMaps,
  dy: tf.Tensor,
  { mapChannels, isTableDifferentiated }: GradientChoice,
): [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor] {
  let dTable = tf.zeros(table.shape) as tf.Tensor;
  const parts: MapGradients[] = [];
  const mapDy = mapChannels < grid.channels ? firstChannels(dy, mapChannels) : dy;
  for (const strip of stripsOf(grid, 'gradient')) {
    const before = dTable;
    const { sums, ...part } = tf.tidy(() => {
      const samples = sampleStrip(grid, strip, stripOf(maps.offsetsY, strip), stripOf(maps.offsetsX, strip));
      const weights = stripOf(maps.weights, strip);
      return {
        ...mapGradients(grid, table, samples, weights, pixelsOf(mapDy, strip)),
        sums: isTableDifferentiated ? addTableGradient(before, samples, weights, pixelsOf(dy, strip)) : before,
      };
    });
    if (sums !== before) before.dispose();
    dTable = sums;
    parts.push(part);
  }
  const { batch, height, width, kernelSize } = grid;
  const joined = (name: keyof MapGradients): tf.Tensor =>
    tf.reshape(
      tf.concat(
        parts.map((part) => part[name]),
        0,
      ),
      [batch, height, width, kernelSize ** 2],
    );
  return [dTable, joined('weights'), joined('offsetsY'), joined('offsetsX')];
}

/** `dy` with zeros from channel `count` on. */
function firstChannels(dy: tf.Tensor, count: number): tf.Tensor {
  const counted = Float32Array.from({ length: dy.shape[3]! }, (_, c) => (c < count ? 1 : 0));
  return tf.mul(dy, tf.tensor1d(counted));
}

/** Gradients for a strip of the maps, [rows, W, T] each. */
interface MapGradients {
  readonly weights: tf.Tensor3D;
  readonly offsetsY: tf.Tensor3D;
  readonly offsetsX: tf.Tensor3D;
}

/** A strip of [B, H, W, C] as [pixels, C]. */
function pixelsOf(x: tf.Tensor, strip: Strip): tf.Tensor2D {
  const rows = stripOf(x, strip);
  return tf.reshape(rows, [rows.shape[0] * rows.shape[1], rows.shape[2]]);
}

function mapGradients(
  { channels }: TapGrid,
  table: tf.Tensor2D,
  { cells, down, across }: StripSamples,
  weights: tf.Tensor3D,
  dy: tf.Tensor2D,
): MapGradients {
  const [rows, width, taps] = weights.shape;
  const fields = tf.reshape(tf.gather(table, cells), [rows * width, taps * 4, channels]) as tf.Tensor3D;
  const asked = tf.matMul(fields, tf.reshape(dy, [rows * width, channels, 1]) as tf.Tensor3D);
  const [value, byDown, byAcross, byBoth] = tf.unstack(tf.reshape(asked, [rows, width, taps, 4]), 3) as [
    tf.Tensor3D,
    tf.Tensor3D,
    tf.Tensor3D,
    tf.Tensor3D,
  ];
  const slopeDown = tf.add(byDown, tf.mul(across, byBoth));
  const slopeAcross = tf.add(byAcross, tf.mul(down, byBoth));
  return {
    weights: tf.add(tf.add(value, tf.mul(down, slopeDown)), tf.mul(across, byAcross)),
    offsetsY: tf.mul(weights, slopeDown),
    offsetsX: tf.mul(weights, slopeAcross),
  };
}

/** `sums` with what a strip gives back to the cells. */
function addTableGradient(sums: tf.Tensor, samples: StripSamples, weights: tf.Tensor3D, dy: tf.Tensor2D): tf.Tensor {
  const [rows, width, taps] = weights.shape;
  const coefficients = tf.reshape(tf.stack(fieldWeights(weights, samples), 3), [rows * width, taps * 4]);
  return addOuterRows([sums, samples.cells, coefficients, dy], { rowsPerGroup: taps });
}
