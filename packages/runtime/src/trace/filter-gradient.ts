import type { GraphAssembler } from '../graph/builder.js';
import type * as tf from '../tf.js';
import { sliceNode } from './kernels/slicing.js';

type Info = tf.backend_util.Conv2DInfo;

/** Below this many input channels, products of single taps are too narrow to be fast. */
const FEW_CHANNELS = 8;
/** From this many taps on, windows of few channels are copied faster channels-first. */
const MANY_TAPS = 16;
/** From this many values on, nine copies of an image cost more than three of it and of the gradient. */
const LARGE_IMAGE = 1_000_000;

/** What the lowerings read, and the shape of what they make. */
interface Operands {
  readonly graph: GraphAssembler;
  /** The image, NHWC [B, H, W, I]. */
  readonly x: string;
  /** The gradient of the output, [batch, O, positions]. */
  readonly slope: string;
  readonly info: Info;
  /** Products that are summed at the end: the pictures, or 1 where the pictures' positions follow each other. */
  readonly batch: number;
  /** Positions of the output in one product. */
  readonly positions: number;
}

/**
 * Gradient of a convolution by its filter, HWIO, from the image `x` (NHWC) and the output's gradient `dy` (NCHW).
 *
 * On processors, matrix products over all positions of the output, one for each filter tap, take a third of the time of
 * the equivalent convolution with swapped axes. What the products read must be copied out of the image, and those
 * copies cost as much as the products do: which way is fastest depends on the shape.
 */
export function filterGradient(graph: GraphAssembler, x: string, dy: string, info: Info): string {
  const { inChannels, outChannels, filterHeight, filterWidth } = info;
  const taps = filterHeight * filterWidth;
  const lowering = chooseLowering(info);
  const operands = operandsOf(graph, x, dy, info, lowering);
  const products = lowering(operands);
  const summed =
    operands.batch === 1 ? products : graph.node('ReduceSum', [products, graph.int64([0])], { keepdims: 0 });
  // [taps, O, I] to [O, I, taps]: moving a single axis is a fast transposition.
  const stacked = graph.node('Reshape', [summed, graph.int64([taps, outChannels, inChannels])]);
  const turned = graph.node('Transpose', [stacked], { perm: [1, 2, 0] });
  const oihw = graph.node('Reshape', [turned, graph.int64([outChannels, inChannels, filterHeight, filterWidth])]);
  return graph.node('Transpose', [oihw], { perm: [2, 3, 1, 0] });
}

/** One product over all pictures saves summing products of pictures, but turns the gradient round. */
function operandsOf(graph: GraphAssembler, x: string, dy: string, info: Info, lowering: Lowering): Operands {
  const { batchSize, inChannels, outChannels, filterHeight, filterWidth } = info;
  const positions = info.outHeight * info.outWidth;
  const slope = graph.node('Reshape', [dy, graph.int64([batchSize, outChannels, positions])]);
  const canJoin = lowering === singleTaps || lowering === joinedWindows;
  if (!canJoin || positions > filterHeight * filterWidth * inChannels) {
    return { graph, x, slope, info, batch: batchSize, positions };
  }
  const turned = graph.node('Transpose', [slope], { perm: [1, 0, 2] });
  const joinedSlope = graph.node('Reshape', [turned, graph.int64([1, outChannels, batchSize * positions])]);
  return { graph, x, slope: joinedSlope, info, batch: 1, positions: batchSize * positions };
}

/** A way to make [batch, taps O, I], or a shape that holds the same values in the same order. */
type Lowering = (operands: Operands) => string;

function chooseLowering(info: Info): Lowering {
  const { batchSize, inChannels, filterHeight, filterWidth, strideHeight, strideWidth } = info;
  const taps = filterHeight * filterWidth;
  if (taps > 1 && inChannels < FEW_CHANNELS) return taps < MANY_TAPS ? joinedWindows : joinedWindowsChannelsFirst;
  const isLarge = batchSize * info.outHeight * info.outWidth * inChannels >= LARGE_IMAGE;
  if (taps > 1 && strideHeight === 1 && strideWidth === 1 && isLarge) return shiftedRows;
  return singleTaps;
}

/** One product for each tap, with the part of the image that the tap sees. */
const singleTaps: Lowering = ({ graph, x, slope, info, batch, positions }) => {
  const image = padded(graph, x, info);
  const products = tapsOf(info).map((tap) => {
    const seen = window(graph, image, info, tap, [1, 2]);
    const matrix = graph.node('Reshape', [seen, graph.int64([batch, positions, info.inChannels])]);
    return graph.node('MatMul', [slope, matrix]);
  });
  return joined(graph, products, 1);
};

/**
 * Three copies of either factor instead of nine of the image: columns are shifted in the image, rows in the gradient,
 * where a shift by rows is padding with zeros at both ends.
 */
const shiftedRows: Lowering = ({ graph, x, slope, info }) => {
  const { batchSize, filterHeight, filterWidth, dilationHeight, dilationWidth, outHeight, outWidth } = info;
  const { inChannels, outChannels } = info;
  const height = outHeight + (filterHeight - 1) * dilationHeight;
  const image = padded(graph, x, info);
  const shifted = range(filterHeight).map((row) => {
    const above = row * dilationHeight * outWidth;
    const below = (height - outHeight) * outWidth - above;
    return above + below === 0 ? slope : graph.node('Pad', [slope, graph.int64([0, 0, above, 0, 0, below])]);
  });
  const slopes = joined(graph, shifted, 1);
  const products = range(filterWidth).map((column) => {
    const from = column * dilationWidth;
    const seen = sliceNode(graph, image, [0, from], [height, from + outWidth], [1, 2]);
    const matrix = graph.node('Reshape', [seen, graph.int64([batchSize, height * outWidth, inChannels])]);
    return graph.node('MatMul', [slopes, matrix]);
  });
  const byColumn = graph.node('Reshape', [
    joined(graph, products, 1),
    graph.int64([batchSize, filterWidth, filterHeight, outChannels * inChannels]),
  ]);
  return graph.node('Transpose', [byColumn], { perm: [0, 2, 1, 3] });
};

/** All windows side by side, for a single product that is wide enough. */
const joinedWindows: Lowering = ({ graph, x, slope, info, batch, positions }) => {
  const image = padded(graph, x, info);
  const windows = tapsOf(info).map((tap) =>
    graph.node('Reshape', [window(graph, image, info, tap, [1, 2]), graph.int64([batch, positions, info.inChannels])]),
  );
  const product = graph.node('MatMul', [slope, joined(graph, windows, 2)]);
  return tapsOutward(graph, product, info, batch);
};

/** The same with windows of single channels, which are longer runs of memory. */
const joinedWindowsChannelsFirst: Lowering = ({ graph, x, slope, info, positions }) => {
  const image = graph.node('Transpose', [padded(graph, x, info)], { perm: [0, 3, 1, 2] });
  const windows = tapsOf(info).map((tap) =>
    graph.node('Reshape', [
      window(graph, image, info, tap, [2, 3]),
      graph.int64([info.batchSize, info.inChannels, positions]),
    ]),
  );
  const columns = graph.node('Transpose', [joined(graph, windows, 1)], { perm: [0, 2, 1] });
  return tapsOutward(graph, graph.node('MatMul', [slope, columns]), info, info.batchSize);
};

/** [B, O, taps I] to [B, taps, O, I]. */
function tapsOutward(graph: GraphAssembler, product: string, info: Info, batch: number): string {
  const { outChannels, inChannels, filterHeight, filterWidth } = info;
  const shape = [batch, outChannels, filterHeight * filterWidth, inChannels];
  const byTap = graph.node('Reshape', [product, graph.int64(shape)]);
  return graph.node('Transpose', [byTap], { perm: [0, 2, 1, 3] });
}

/**
 * The padded image. Rows are one axis while it is padded: of rank 3 it is no picture to the layout pass, which would
 * rather pad and slice it channels-first, where the copied runs of memory are shorter.
 */
function padded(graph: GraphAssembler, x: string, info: Info): string {
  const { batchSize, inHeight, inWidth, inChannels } = info;
  const { top, bottom, left, right } = info.padInfo;
  const rows = graph.node('Reshape', [x, graph.int64([batchSize, inHeight, inWidth * inChannels])]);
  const pads = [0, top, left * inChannels, 0, bottom, right * inChannels];
  const wide = pads.some((pad) => pad !== 0) ? graph.node('Pad', [rows, graph.int64(pads)]) : rows;
  const shape = [batchSize, inHeight + top + bottom, inWidth + left + right, inChannels];
  return graph.node('Reshape', [wide, graph.int64(shape)]);
}

/** What a tap sees of the padded image, whose rows and columns are `axes`. */
function window(
  graph: GraphAssembler,
  image: string,
  info: Info,
  [row, column]: readonly [number, number],
  axes: readonly [number, number],
): string {
  const { strideHeight, strideWidth } = info;
  const [top, left] = [row * info.dilationHeight, column * info.dilationWidth];
  const bottom = top + (info.outHeight - 1) * strideHeight + 1;
  const right = left + (info.outWidth - 1) * strideWidth + 1;
  const { padInfo: pad } = info;
  const isWhole =
    bottom - top === info.inHeight + pad.top + pad.bottom && right - left === info.inWidth + pad.left + pad.right;
  if (isWhole && strideHeight === 1 && strideWidth === 1) return image;
  return sliceNode(graph, image, [top, left], [bottom, right], axes, [strideHeight, strideWidth]);
}

function tapsOf({ filterHeight, filterWidth }: Info): [row: number, column: number][] {
  return range(filterHeight).flatMap((row) => range(filterWidth).map((column): [number, number] => [row, column]));
}

function joined(graph: GraphAssembler, values: readonly string[], axis: number): string {
  return values.length === 1 ? (values[0] as string) : graph.node('Concat', values, { axis });
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}
