import * as tf from '@vosvfi/runtime/tf';
import { addOuterRows } from './add-outer-rows.js';
import { type DeformGrid, type DeformSamples, deformStripOf, deformStrips, sampleDeformStrip } from './deform-strip.js';

/** Operands of a deformable convolution. */
export interface DeformOperands {
  /** Cells of the picture cut into offset groups, see {@link deformTableImage}: [B * offsetGroups * cells, 4 * C / offsetGroups]. */
  readonly table: tf.Tensor2D;
  /** [B, h, w, 2 * offsetGroups * taps]. */
  readonly offset: tf.Tensor;
  /** [B, h, w, offsetGroups * taps], or null for all ones. */
  readonly mask: tf.Tensor | null;
  /** [O, C / groups, kh, kw]. */
  readonly weight: tf.Tensor4D;
}

/** The picture with offset groups as pictures of their own, [B * offsetGroups, H, W, C / offsetGroups]. */
export function deformTableImage(x: tf.Tensor4D, offsetGroups: number): tf.Tensor4D {
  if (offsetGroups === 1) return x;
  const [batch, height, width, channels] = x.shape;
  const depth = channels / offsetGroups;
  const parts = tf.transpose(tf.reshape(x, [batch, height, width, offsetGroups, depth]), [0, 3, 1, 2, 4]);
  return tf.reshape(parts, [batch * offsetGroups, height, width, depth]);
}

/** The convolution without bias, [B, h, w, O]; not differentiable. */
export function deformProduct(grid: DeformGrid, operands: DeformOperands): tf.Tensor4D {
  const strips = deformStrips(grid).map((strip) =>
    tf.tidy(() => {
      const samples = sampleDeformStrip(grid, strip, deformStripOf(operands.offset, strip));
      const cells = gatherCells(grid, operands.table, samples);
      const mask = operands.mask && groupsFirst(grid, deformStripOf(operands.mask, strip));
      const columns = columnsOf(grid, cells, coefficientsOf(samples, mask));
      const products = weightParts(grid, operands.weight).map((part, g) =>
        tf.matMul(groupOf(grid, columns, g), part, false, true),
      );
      return tf.concat(products, 1);
    }),
  );
  return tf.reshape(tf.concat(strips, 0), [grid.batch, grid.outHeight, grid.outWidth, grid.outChannels]);
}

/** Gradients of {@link deformProduct}. */
export interface DeformGradients {
  readonly table: tf.Tensor;
  readonly offset: tf.Tensor;
  /** Of ones, where there is no mask. */
  readonly mask: tf.Tensor;
  readonly weight: tf.Tensor;
}

/** Gradients of {@link deformProduct} for the gradient `dy` of its result. */
export function deformGradients(grid: DeformGrid, operands: DeformOperands, dy: tf.Tensor): DeformGradients {
  const { batch, outHeight, outWidth, offsetGroups, kernel } = grid;
  const parts = weightParts(grid, operands.weight);
  const maps: { offset: tf.Tensor; mask: tf.Tensor }[] = [];
  let table: tf.Tensor = tf.zeros(operands.table.shape);
  let weights = parts.map((part) => tf.zeros(part.shape));
  for (const strip of deformStrips(grid)) {
    const [tableBefore, weightsBefore] = [table, weights];
    const result = tf.tidy(() => {
      const samples = sampleDeformStrip(grid, strip, deformStripOf(operands.offset, strip));
      const mask = operands.mask && groupsFirst(grid, deformStripOf(operands.mask, strip));
      const cells = gatherCells(grid, operands.table, samples);
      const coefficients = coefficientsOf(samples, mask);
      const columns = columnsOf(grid, cells, coefficients);
      const slopes = tf.split(deformStripOf(dy, strip), grid.groups, 1);
      const asked = askedSamples(grid, parts, slopes);
      return {
        ...mapGradients(grid, samples, mask, tf.matMul(cells, tf.expandDims(asked, 2) as tf.Tensor3D)),
        table: addOuterRows([tableBefore, samples.cells, coefficients, asked], { rowsPerGroup: 1 }),
        weights: slopes.map((slope, g) =>
          tf.add(weightsBefore[g]!, tf.matMul(slope as tf.Tensor2D, groupOf(grid, columns, g), true)),
        ),
      };
    });
    tf.dispose([tableBefore, weightsBefore]);
    table = result.table;
    weights = result.weights;
    maps.push(result);
  }
  const taps = offsetGroups * kernel[0] * kernel[1];
  const joined = (name: 'offset' | 'mask', depth: number): tf.Tensor =>
    tf.reshape(
      tf.concat(
        maps.map((map) => map[name]),
        0,
      ),
      [batch, outHeight, outWidth, depth],
    );
  const weight = tf.transpose(tf.reshape(tf.concat(weights, 0), weightShape(grid)), [0, 3, 1, 2]);
  return { table, offset: joined('offset', 2 * taps), mask: joined('mask', taps), weight };
}

/** [O, kh, kw, C / groups]. */
function weightShape({ outChannels, kernel, channels, groups }: DeformGrid): [number, number, number, number] {
  return [outChannels, kernel[0], kernel[1], channels / groups];
}

/** The weight's groups, [O / groups, taps * C / groups] each. */
function weightParts(grid: DeformGrid, weight: tf.Tensor4D): tf.Tensor2D[] {
  const flat = tf.reshape(tf.transpose(weight, [0, 2, 3, 1]), [grid.outChannels, -1]);
  return tf.split(flat, grid.groups, 0) as tf.Tensor2D[];
}

/** [N, 4, depth] with value and differences of each sample's cell. */
function gatherCells(
  { channels, offsetGroups }: DeformGrid,
  table: tf.Tensor2D,
  { cells }: DeformSamples,
): tf.Tensor3D {
  return tf.reshape(tf.gather(table, cells), [cells.size, 4, channels / offsetGroups]);
}

/** What value, down, across and both count for, [N, 4]. */
function coefficientsOf({ down, across }: DeformSamples, mask: tf.Tensor | null): tf.Tensor2D {
  if (mask === null) return tf.stack([tf.onesLike(down), down, across, tf.mul(down, across)], 1) as tf.Tensor2D;
  const maskedDown = tf.mul(mask, down);
  return tf.stack([mask, maskedDown, tf.mul(mask, across), tf.mul(maskedDown, across)], 1) as tf.Tensor2D;
}

/** A map's [pixels, offsetGroups * taps] as [N]. */
function groupsFirst({ offsetGroups }: DeformGrid, map: tf.Tensor2D): tf.Tensor1D {
  if (offsetGroups === 1) return tf.reshape(map, [map.size]);
  const [pixels, depth] = map.shape;
  return tf.reshape(tf.transpose(tf.reshape(map, [pixels, offsetGroups, depth / offsetGroups]), [1, 0, 2]), [map.size]);
}

/** [N] as [pixels, offsetGroups * taps]. */
function pixelsFirst({ offsetGroups, kernel }: DeformGrid, values: tf.Tensor): tf.Tensor {
  const taps = kernel[0] * kernel[1];
  const parts = tf.reshape(values, [offsetGroups, -1, taps]);
  return tf.reshape(tf.transpose(parts, [1, 0, 2]), [-1, offsetGroups * taps]);
}

/** Masked samples, [pixels, taps, C]. */
function columnsOf(grid: DeformGrid, cells: tf.Tensor3D, coefficients: tf.Tensor2D): tf.Tensor3D {
  const { offsetGroups, channels, kernel } = grid;
  const taps = kernel[0] * kernel[1];
  const samples = tf.matMul(tf.expandDims(coefficients, 1) as tf.Tensor3D, cells);
  const parts = tf.reshape(samples, [offsetGroups, -1, taps, channels / offsetGroups]);
  return tf.reshape(tf.transpose(parts, [1, 2, 0, 3]), [-1, taps, channels]);
}

/** Channels of convolution group `g`, [pixels, taps * C / groups]. */
function groupOf({ groups, channels }: DeformGrid, columns: tf.Tensor3D, g: number): tf.Tensor2D {
  const [pixels, taps] = columns.shape;
  const depth = channels / groups;
  return tf.reshape(tf.slice(columns, [0, 0, g * depth], [pixels, taps, depth]), [pixels, taps * depth]);
}

/** The gradient of each masked sample, [N, C / offsetGroups]. */
function askedSamples(grid: DeformGrid, parts: readonly tf.Tensor2D[], slopes: readonly tf.Tensor[]): tf.Tensor2D {
  const { groups, offsetGroups, channels, kernel } = grid;
  const taps = kernel[0] * kernel[1];
  const columns = slopes.map((slope, g) =>
    tf.reshape(tf.matMul(slope as tf.Tensor2D, parts[g]!), [-1, taps, channels / groups]),
  );
  const depth = channels / offsetGroups;
  const all = tf.reshape(tf.concat(columns, 2), [-1, taps, offsetGroups, depth]);
  return tf.reshape(tf.transpose(all, [2, 0, 1, 3]), [-1, depth]);
}

/** Gradients of a strip's maps; `byField` is what the result asks of each field of each cell, [N, 4, 1]. */
function mapGradients(
  grid: DeformGrid,
  { down, across, isFree }: DeformSamples,
  mask: tf.Tensor | null,
  byField: tf.Tensor,
): { offset: tf.Tensor; mask: tf.Tensor } {
  const [value, byDown, byAcross, byBoth] = tf.unstack(tf.reshape(byField, [-1, 4]), 1) as [
    tf.Tensor,
    tf.Tensor,
    tf.Tensor,
    tf.Tensor,
  ];
  const slopeDown = tf.add(byDown, tf.mul(across, byBoth));
  const slopeAcross = tf.add(byAcross, tf.mul(down, byBoth));
  const factor = mask === null ? isFree : tf.mul(mask, isFree);
  const pairs = [slopeDown, slopeAcross].map((slope) => pixelsFirst(grid, tf.mul(slope, factor)));
  const sample = tf.add(tf.add(value, tf.mul(down, slopeDown)), tf.mul(across, byAcross));
  return {
    offset: tf.reshape(tf.stack(pairs, 2), [pairs[0]!.shape[0]!, -1]),
    mask: pixelsFirst(grid, sample),
  };
}
