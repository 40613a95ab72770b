import { ConfigError, ShapeError } from '@vosvfi/core';
import { defineOperator } from '@vosvfi/runtime';
import * as tf from '@vosvfi/runtime/tf';
import { cellTable } from './cell-table.js';
import { type DeformOperands, deformGradients, deformProduct, deformTableImage } from './deform-columns.js';
import type { DeformGrid } from './deform-strip.js';
import { expectShape, type Pair, pairOf, rank4 } from './shape-checks.js';

/** Options of {@link deformConv2d}, with torchvision's meaning and defaults. */
export interface DeformConv2dOptions {
  /** Default 1. */
  readonly stride?: Pair;
  /** Zeros added on both sides of each axis. Default 0. */
  readonly padding?: Pair;
  /** Default 1. */
  readonly dilation?: Pair;
}

/** What displaces and weights the taps of {@link deformConv2d}. */
export interface DeformConv2dMaps {
  /**
   * [B, h, w, 2 * offsetGroups * kh * kw] in pixels: for each offset group and tap (rows first) the vertical, then the
   * horizontal displacement. The number of offset groups follows from the last axis.
   */
  readonly offset: tf.Tensor;
  /** [B, h, w, offsetGroups * kh * kw], a factor for every sample, already activated; left out in version 1. */
  readonly mask?: tf.Tensor | undefined;
}

/**
 * Deformable convolution, version 1 (without mask) and 2 (with mask), as torchvision's `deform_conv2d` on NHWC tensors: a
 * convolution each of whose taps is displaced on its own and samples bilinearly, with zeros outside the picture. A sample a whole
 * pixel or more outside is 0 and takes no gradient.
 *
 * @param x [B, H, W, C] float32.
 * @param maps Offsets and mask for every output pixel.
 * @param weight [O, C / groups, kh, kw]; the number of groups follows from it.
 * @param bias [O], or undefined for none.
 * @returns [B, floor((H + 2 padding - dilation (kh - 1) - 1) / stride) + 1, likewise for W, O]; gradients go to all tensors.
 * @throws ShapeError if ranks or extents do not fit; ConfigError for an option out of range.
 *
 * Sources: Dai et al., ICCV 2017; Zhu et al., CVPR 2019, eq. 1.
 */
export function deformConv2d(
  x: tf.Tensor,
  maps: DeformConv2dMaps,
  weight: tf.Tensor,
  bias?: tf.Tensor | undefined,
  options: DeformConv2dOptions = {},
): tf.Tensor4D {
  const input = rank4('deformConv2d input', x);
  const kernel = rank4('deformConv2d weight', weight, '[O, C / groups, kh, kw]');
  const grid = gridOf(input, maps, kernel, options);
  if (bias !== undefined) expectShape('deformConv2d bias', bias, [grid.outChannels]);
  const product = tf.customGrad((...given) => {
    const save = given.at(-1) as unknown as tf.GradSaveFunc;
    const operands = given.slice(0, -1) as tf.Tensor[];
    save(operands);
    return {
      value: convolve([input, ...operands], grid),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const { table, offset, weight: dWeight, mask } = deformGradients(grid, named(saved), dy);
        return maps.mask === undefined ? [table, offset, dWeight] : [table, offset, dWeight, mask];
      },
    };
  });
  const table = cellTable(deformTableImage(input, grid.offsetGroups), 'zeros');
  const masks = maps.mask === undefined ? [] : [maps.mask];
  const result = product(table, maps.offset, kernel, ...masks);
  return (bias === undefined ? result : tf.add(result, bias)) as tf.Tensor4D;
}

function named(operands: readonly tf.Tensor[]): DeformOperands {
  const [table, offset, weight, mask = null] = operands as [tf.Tensor2D, tf.Tensor, tf.Tensor4D, tf.Tensor?];
  return { table, offset, weight, mask };
}

/**
 * The convolution without gradient: gathered columns where it runs eagerly, DeformConv in a compiled graph, which reads
 * the picture itself. Operands: picture, table, offset, weight, mask if there is one.
 */
const convolve = defineOperator<DeformGrid>({
  name: 'deformConv2d',
  outputShape: (_, { batch, outHeight, outWidth, outChannels }) => [batch, outHeight, outWidth, outChannels],
  reference: ([, ...operands], grid) => deformProduct(grid, named(operands)),
  lower: (graph, [x, , offset, weight, mask], grid) => {
    const planes = (value: string): string => graph.node('Transpose', [value], { perm: [0, 3, 1, 2] });
    const [vertical, horizontal] = grid.padding;
    const operands = [planes(x!.name), weight!.name, planes(offset!.name)];
    if (mask !== undefined) operands.push('', planes(mask.name));
    const product = graph.node('DeformConv', operands, {
      kernel_shape: [...grid.kernel],
      strides: [...grid.stride],
      pads: [vertical, horizontal, vertical, horizontal],
      dilations: [...grid.dilation],
      group: grid.groups,
      offset_group: grid.offsetGroups,
    });
    return graph.node('Transpose', [product], { perm: [0, 2, 3, 1] });
  },
});

function gridOf(
  x: tf.Tensor4D,
  { offset, mask }: DeformConv2dMaps,
  weight: tf.Tensor4D,
  options: DeformConv2dOptions,
): DeformGrid {
  const [batch, height, width, channels] = x.shape;
  const [outChannels, inputs, ...kernel] = weight.shape;
  const stride = pairOf('deformConv2d stride', options.stride ?? 1, 1);
  const padding = pairOf('deformConv2d padding', options.padding ?? 0, 0);
  const dilation = pairOf('deformConv2d dilation', options.dilation ?? 1, 1);
  const groups = channels / inputs;
  if (!Number.isInteger(groups)) {
    throw new ShapeError('deformConv2d input', `[B, H, W, a multiple of ${inputs}]`, x.shape);
  }
  if (outChannels % groups !== 0) {
    throw new ShapeError('deformConv2d weight', `[a multiple of ${groups} groups, ${inputs}, kh, kw]`, weight.shape);
  }
  const out = [height, width].map((extent, axis) => {
    const reach = dilation[axis as 0 | 1] * (kernel[axis]! - 1) + 1;
    return Math.floor((extent + 2 * padding[axis as 0 | 1] - reach) / stride[axis as 0 | 1]) + 1;
  });
  const [outHeight, outWidth] = out as [number, number];
  if (outHeight < 1 || outWidth < 1) {
    throw new ShapeError('deformConv2d input', `at least the kernel's extent after padding`, x.shape);
  }
  const taps = kernel[0] * kernel[1];
  const offsetGroups = (rank4('deformConv2d offset', offset).shape[3] / (2 * taps)) as number;
  if (!Number.isInteger(offsetGroups) || offsetGroups < 1 || channels % offsetGroups !== 0) {
    throw new ConfigError(
      'deformConv2d offset',
      `expected ${2 * taps} channels times a divisor of the ${channels} input channels, found ${offset.shape[3]}.`,
    );
  }
  expectShape('deformConv2d offset', offset, [batch, outHeight, outWidth, 2 * offsetGroups * taps]);
  if (mask !== undefined) expectShape('deformConv2d mask', mask, [batch, outHeight, outWidth, offsetGroups * taps]);
  const sizes = { batch, height, width, channels, outHeight, outWidth, outChannels, groups, offsetGroups };
  return { ...sizes, kernel: [kernel[0], kernel[1]], stride, padding, dilation };
}
