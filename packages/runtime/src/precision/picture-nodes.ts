import { positiveAxis } from '../graph/broadcast.js';
import type { Graph, GraphNode, ValueInfo } from '../graph/graph.js';

/** What a node does to the channels of NCHW pictures, as far as the int8 pass can follow it. */
export type PictureNode =
  | { readonly kind: 'convolution'; readonly input: string; readonly output: string }
  | { readonly kind: 'prelu'; readonly input: string; readonly output: string; readonly slopes: Float32Array }
  | { readonly kind: 'add'; readonly inputs: readonly [string, string]; readonly output: string }
  | { readonly kind: 'concat'; readonly inputs: readonly string[]; readonly output: string; readonly axis: 0 | 1 }
  | { readonly kind: 'split'; readonly input: string; readonly outputs: readonly string[]; readonly axis: 0 | 1 };

/**
 * How `node` treats pictures (rank 4, float32, NCHW), or undefined if it is none of the kinds that have a form in int8:
 * convolutions with constant weights, PReLU with one slope a channel, sums of two pictures, concatenation and splitting
 * by batch entry or channel.
 */
export function pictureNode(node: GraphNode, graph: Graph): PictureNode | undefined {
  const [input, second] = node.inputs as [string, string];
  const [output] = node.outputs as [string];
  const isPicture = (value: string) => isPictureValue(value, graph);
  if (!node.outputs.every(isPicture)) return undefined;
  switch (node.opType) {
    case 'Conv':
      return isPicture(input) && isPlainConvolution(node, graph) ? { kind: 'convolution', input, output } : undefined;
    case 'PRelu': {
      const slopes = perChannel(second, graph.values.get(output) as ValueInfo, graph);
      return isPicture(input) && slopes ? { kind: 'prelu', input, output, slopes } : undefined;
    }
    case 'Add': {
      const shape = shapeOf(output, graph);
      const same = node.inputs.every((value) => isPicture(value) && shapeOf(value, graph) === shape);
      return same ? { kind: 'add', inputs: [input, second], output } : undefined;
    }
    case 'Concat': {
      const axis = positiveAxis(node.attributes.axis as number, 4);
      if (axis > 1 || !node.inputs.every(isPicture)) return undefined;
      return { kind: 'concat', inputs: node.inputs, output, axis: axis as 0 | 1 };
    }
    case 'Split': {
      const axis = positiveAxis((node.attributes.axis as number | undefined) ?? 0, 4);
      if (axis > 1 || !isPicture(input)) return undefined;
      return { kind: 'split', input, outputs: node.outputs, axis: axis as 0 | 1 };
    }
    default:
      return undefined;
  }
}

/** Pictures that a {@link PictureNode} reads. */
export function picturesRead(node: PictureNode): readonly string[] {
  return 'inputs' in node ? node.inputs : [node.input];
}

/** Pictures that a {@link PictureNode} makes. */
export function picturesMade(node: PictureNode): readonly string[] {
  return 'outputs' in node ? node.outputs : [node.output];
}

/** Channels of an NCHW value. */
export function channelsOf(value: string, graph: Graph): number {
  return graph.values.get(value)?.shape[1] as number;
}

function isPictureValue(value: string, { values, constants }: Graph): boolean {
  const info = values.get(value);
  return info?.dtype === 'float32' && info.shape.length === 4 && !constants.has(value);
}

function shapeOf(value: string, { values }: Graph): string {
  return String(values.get(value)?.shape);
}

function isPlainConvolution({ inputs, attributes }: GraphNode, { constants }: Graph): boolean {
  const weightsKnown = inputs.slice(1).every((value) => value === '' || constants.has(value));
  return weightsKnown && ((attributes.group as number | undefined) ?? 1) === 1 && attributes.auto_pad === undefined;
}

/** The values of a constant that broadcasts one number to each channel. */
function perChannel(value: string, { shape }: ValueInfo, { constants }: Graph): Float32Array | undefined {
  const constant = constants.get(value);
  const channels = shape[1] as number;
  if (constant?.dtype !== 'float32') return undefined;
  const data = constant.data as Float32Array;
  if (data.length === 1) return new Float32Array(channels).fill(data[0] as number);
  return data.length === channels && constant.shape.at(-3) === channels ? data : undefined;
}
