import type { Constant, Graph, GraphNode, ValueInfo } from '../graph/graph.js';
import { GraphCopy } from './graph-copy.js';
import { filteringMatrices } from './toom-cook.js';

/** Outputs of a tile, in either direction. */
const tile = 4;
/** Inputs, and products, of a tile, in either direction. */
const reach = tile + 2;
const products = reach * reach;
const matrices = filteringMatrices(tile, 3, [0, Math.SQRT1_2, -Math.SQRT1_2, Math.SQRT2, -Math.SQRT2]);

/** Convolutions of fewer channels gain nothing: moving tiles takes as long as the products that are saved. */
const leastChannels = 192;

/**
 * Convolutions by 3x3 taps in tiles of 4x4 outputs with 36 products instead of 144 (Lavin and Gray, "Fast algorithms for
 * convolutional neural networks", CVPR 2016), which ONNX Runtime has not on the processor: tiles are taken apart and put
 * together by convolutions with one channel, and multiplied as a batch of matrices. Sums round a little differently, and
 * filters take four times as much memory.
 */
export function tileConvolutions(graph: Graph): Graph {
  const copy = new GraphCopy(graph);
  for (const node of graph.nodes) {
    const filter = isTileable(node, graph) ? graph.constants.get(node.inputs[1] as string) : undefined;
    if (filter === undefined) copy.copy(node);
    else copy.bind(node.outputs[0] as string, emitTiled(copy, node, filter));
  }
  return copy.finish();
}

const isOnes = (values: unknown) => Array.isArray(values) && values.every((value) => value === 1);

function isTileable({ opType, inputs, attributes }: GraphNode, { values }: Graph): boolean {
  if (opType !== 'Conv' || values.get(inputs[0] as string)?.shape.length !== 4) return false;
  const { strides, dilations, pads, group = 1 } = attributes;
  const [outputs, channels, height, width] = values.get(inputs[1] as string)?.shape ?? [];
  const isPlain = group === 1 && isOnes(strides) && isOnes(dilations) && isOnes(pads);
  return isPlain && height === 3 && width === 3 && Math.min(outputs ?? 0, channels ?? 0) >= leastChannels;
}

function emitTiled(copy: GraphCopy, node: GraphNode, filter: Constant): string {
  const { target } = copy;
  const x = copy.name(node.inputs[0] as string);
  const { shape } = target.info(x) as ValueInfo;
  const [batch, channels, height, width] = shape as [number, number, number, number];
  const outputs = filter.shape[0] as number;
  const [rows, columns] = [Math.ceil(height / tile), Math.ceil(width / tile)];
  const pictures = copy.reshape(x, [batch * channels, 1, height, width]);
  const tiles = target.node('Conv', [pictures, target.float32(takingApart(), [products, 1, reach, reach])], {
    pads: [1, 1, rows * tile + 1 - height, columns * tile + 1 - width],
    strides: [tile, tile],
    dilations: [1, 1],
  });
  const swap = (value: string, shape: readonly number[]) => copy.transpose(copy.reshape(value, shape), [2, 1, 0, 3]);
  const count = rows * columns;
  const operands = copy.reshape(swap(tiles, [batch, channels, products, count]), [products, channels, batch * count]);
  const filters = target.float32(transformedFilters(filter), [products, outputs, channels]);
  const sums = target.node('MatMul', [filters, operands]);
  const parts = copy.reshape(swap(sums, [products, outputs, batch, count]), [batch * outputs, products, rows, columns]);
  const joined = target.node('ConvTranspose', [parts, target.float32(puttingTogether(), [products, 1, tile, tile])], {
    pads: [0, 0, 0, 0],
    strides: [tile, tile],
    dilations: [1, 1],
  });
  const bounds = [
    [0, 0],
    [height, width],
    [2, 3],
  ].map((values) => target.int64(values));
  const isWhole = rows * tile === height && columns * tile === width;
  const cut = isWhole ? joined : target.node('Slice', [joined, ...bounds]);
  const result = copy.reshape(cut, [batch, outputs, height, width]);
  const bias = node.inputs[2];
  return bias ? target.node('Add', [result, copy.reshape(copy.name(bias), [outputs, 1, 1])]) : result;
}

/** [products, 1, reach, reach]: B^T on both sides of a tile of inputs. */
function takingApart(): Float32Array {
  const { input } = matrices;
  return Float32Array.from(
    input.flatMap((above) => input.flatMap((beside) => above.flatMap((a) => beside.map((b) => a * b)))),
  );
}

/** [products, 1, tile, tile]: A^T on both sides of a tile of products. */
function puttingTogether(): Float32Array {
  const { output } = matrices;
  const places = Array.from({ length: reach }, (_, place) => place);
  return Float32Array.from(
    places.flatMap((i) => places.flatMap((j) => output.flatMap((a) => output.map((b) => (a[i] ?? 0) * (b[j] ?? 0))))),
  );
}

/** OIHW filters to [products, O, I]: G on both sides of each. */
function transformedFilters({ data, shape }: Constant): Float32Array {
  const [outputs, channels] = shape as [number, number];
  const count = outputs * channels;
  const result = new Float32Array(products * count);
  const taps = matrices.filter.flatMap((above) =>
    matrices.filter.map((beside) => above.flatMap((a) => beside.map((b) => a * b))),
  );
  taps.forEach((weights, product) => {
    for (let filter = 0; filter < count; filter++) {
      let sum = 0;
      for (let tap = 0; tap < 9; tap++) sum += (weights[tap] as number) * Number(data[filter * 9 + tap]);
      result[product * count + filter] = sum;
    }
  });
  return result;
}
