import type { Constant, Graph, GraphNode, ValueInfo } from '../graph/graph.js';
import { GraphCopy } from './graph-copy.js';
import { type FilteringMatrices, filteringMatrices } from './toom-cook.js';

/** How convolutions of one size are taken apart. */
interface Tiling {
  /** Taps of the filter, in either direction. */
  readonly taps: number;
  /** Outputs of a tile, in either direction. */
  readonly tile: number;
  /** Inputs, and products, of a tile, in either direction. */
  readonly reach: number;
  readonly matrices: FilteringMatrices;
  /** Convolutions of fewer channels gain nothing: moving tiles takes as long as the products that are saved. */
  readonly leastChannels: number;
}

function tiling(taps: number, tile: number, points: readonly number[], leastChannels: number): Tiling {
  return { taps, tile, reach: tile + taps - 1, matrices: filteringMatrices(tile, taps, points), leastChannels };
}

const tilings: readonly Tiling[] = [
  tiling(3, 4, [0, Math.SQRT1_2, -Math.SQRT1_2, Math.SQRT2, -Math.SQRT2], 192),
  tiling(5, 4, [0, 0.5, -0.5, 1, -1, 2, -2], 64),
];

/**
 * Convolutions by 3x3 taps in tiles of 4x4 outputs with 36 products instead of 144, and by 5x5 taps with 64 instead of 400
 * (Lavin and Gray, "Fast algorithms for convolutional neural networks", CVPR 2016), which ONNX Runtime has not on the
 * processor: tiles are taken apart by a convolution with one channel, multiplied as a batch of matrices, and put together by
 * one more matrix. Sums round a little differently, and filters take four times (5x5: 2.6 times) as much memory.
 */
export function tileConvolutions(graph: Graph): Graph {
  const copy = new GraphCopy(graph);
  for (const node of graph.nodes) {
    const fitting = tilings.find((each) => isTileable(node, graph, each));
    const filter = fitting && graph.constants.get(node.inputs[1] as string);
    if (fitting === undefined || filter === undefined) copy.copy(node);
    else copy.bind(node.outputs[0] as string, emitTiled(copy, node, filter, fitting));
  }
  return copy.finish();
}

function isTileable({ opType, inputs, attributes }: GraphNode, { values }: Graph, tiling: Tiling): boolean {
  if (opType !== 'Conv' || values.get(inputs[0] as string)?.shape.length !== 4) return false;
  const { taps, leastChannels } = tiling;
  const { strides, dilations, pads, group = 1 } = attributes;
  const [outputs, channels, height, width] = values.get(inputs[1] as string)?.shape ?? [];
  const isPlain = group === 1 && isEach(strides, 1) && isEach(dilations, 1) && isEach(pads, (taps - 1) / 2);
  return isPlain && height === taps && width === taps && Math.min(outputs ?? 0, channels ?? 0) >= leastChannels;
}

function isEach(values: unknown, wanted: number): boolean {
  return Array.isArray(values) && values.every((value) => value === wanted);
}

function emitTiled(copy: GraphCopy, node: GraphNode, filter: Constant, tiling: Tiling): string {
  const { target } = copy;
  const x = copy.name(node.inputs[0] as string);
  const [batch, channels, height, width] = (target.info(x) as ValueInfo).shape as [number, number, number, number];
  const tiles: Tiles = {
    batch,
    height,
    width,
    rows: Math.ceil(height / tiling.tile),
    columns: Math.ceil(width / tiling.tile),
  };
  const outputs = filter.shape[0] as number;
  const filters = target.float32(transformedFilters(filter, tiling), [tiling.reach ** 2, outputs, channels]);
  const sums = target.node('MatMul', [filters, emitTakenApart(copy, x, channels, tiles, tiling)]);
  const picture = emitPutTogether(copy, sums, outputs, tiles, tiling);
  const bias = node.inputs[2];
  return bias ? target.node('Add', [picture, copy.reshape(copy.name(bias), [outputs, 1, 1])]) : picture;
}

/** Pictures, and how many tiles each has. */
interface Tiles {
  readonly batch: number;
  readonly height: number;
  readonly width: number;
  readonly rows: number;
  readonly columns: number;
}

/** The values to multiply, [products, channels, tiles]. */
function emitTakenApart(
  copy: GraphCopy,
  x: string,
  channels: number,
  { batch, height, width, rows, columns }: Tiles,
  tiling: Tiling,
): string {
  const { tile, taps, reach } = tiling;
  const [pad, products] = [(taps - 1) / 2, reach * reach];
  const pictures = copy.reshape(x, [batch * channels, 1, height, width]);
  const kernel = copy.target.float32(takingApart(tiling), [products, 1, reach, reach]);
  const tiles = copy.target.node('Conv', [pictures, kernel], {
    pads: [pad, pad, rows * tile + pad - height, columns * tile + pad - width],
    strides: [tile, tile],
    dilations: [1, 1],
  });
  const byChannel = copy.reshape(tiles, [batch, channels, products, rows * columns]);
  return copy.reshape(copy.transpose(byChannel, [2, 1, 0, 3]), [products, channels, batch * rows * columns]);
}

/** [products, outputs, tiles] to [batch, outputs, height, width]; each transpose moves one axis, which is fast. */
function emitPutTogether(
  copy: GraphCopy,
  sums: string,
  outputs: number,
  { batch, height, width, rows, columns }: Tiles,
  tiling: Tiling,
): string {
  const { target } = copy;
  const { tile, reach } = tiling;
  const count = outputs * batch * rows * columns;
  const matrix = target.float32(puttingTogether(tiling), [tile * tile, reach * reach]);
  const joined = target.node('MatMul', [matrix, copy.reshape(sums, [reach * reach, count])]);
  const inRows = copy.transpose(copy.reshape(joined, [tile, tile, count]), [0, 2, 1]);
  const lines = copy.reshape(inRows, [tile, outputs, batch, rows, columns * tile]);
  const whole = copy.reshape(copy.transpose(lines, [2, 1, 3, 0, 4]), [batch, outputs, rows * tile, columns * tile]);
  if (rows * tile === height && columns * tile === width) return whole;
  return target.node('Slice', [whole, target.int64([0, 0]), target.int64([height, width]), target.int64([2, 3])]);
}

/** [products, 1, reach, reach]: B^T on both sides of a tile of inputs. */
function takingApart({ matrices: { input } }: Tiling): Float32Array {
  return Float32Array.from(
    input.flatMap((above) => input.flatMap((beside) => above.flatMap((a) => beside.map((b) => a * b)))),
  );
}

/** [tile * tile, products]: A^T on both sides of a tile of products. */
function puttingTogether({ matrices: { output } }: Tiling): Float32Array {
  return Float32Array.from(
    output.flatMap((above) => output.flatMap((beside) => above.flatMap((a) => beside.map((b) => a * b)))),
  );
}

/** OIHW filters to [products, O, I]: G on both sides of each. */
function transformedFilters({ data, shape }: Constant, { taps, matrices: { filter } }: Tiling): Float32Array {
  const [outputs, channels] = shape as [number, number];
  const count = outputs * channels;
  const places = Array.from({ length: taps }, (_, place) => place);
  const columns = places.map((x) => places.map((y) => everyNth(data, y * taps + x, taps * taps)));
  const result = new Float32Array(filter.length ** 2 * count);
  const row = places.map(() => new Float64Array(count));
  const sums = new Float64Array(count);
  filter.forEach((above, i) => {
    for (const x of places) sumWeighted(columns[x] as Float64Array[], above, row[x] as Float64Array);
    filter.forEach((beside, j) => {
      sumWeighted(row, beside, sums);
      result.set(sums, (i * filter.length + j) * count);
    });
  });
  return result;
}

function everyNth(data: Constant['data'], first: number, step: number): Float64Array {
  const values = new Float64Array(data.length / step);
  for (let i = 0; i < values.length; i++) values[i] = Number(data[first + i * step]);
  return values;
}

function sumWeighted(arrays: readonly Float64Array[], weights: readonly number[], sums: Float64Array): void {
  sums.fill(0);
  arrays.forEach((array, index) => {
    const weight = weights[index] as number;
    if (weight === 0) return;
    for (let i = 0; i < sums.length; i++) sums[i] = (sums[i] as number) + weight * (array[i] as number);
  });
}
