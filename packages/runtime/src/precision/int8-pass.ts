import type { Graph, GraphNode } from '../graph/graph.js';
import { GraphCopy } from '../passes/graph-copy.js';
import type { ChannelRanges } from './calibration.js';
import { channelProfiles } from './channel-profiles.js';
import { chooseInt8Nodes } from './choose-int8-nodes.js';
import { emitConvolution, emitPrelu, type WeightGranularity } from './int8-nodes.js';
import { Int8Values, scalars } from './int8-values.js';
import { type PictureNode, picturesMade, pictureNode } from './picture-nodes.js';

/** What the int8 pass may decide. */
export interface Int8PassOptions {
  /** Convolutions that stay float32. */
  readonly keepsFloat?: (node: GraphNode) => boolean;
  /** Scales of weights. Default `channel`. */
  readonly weightScales?: WeightGranularity;
  /** How far channels of unequal range are made equal, see `channelProfiles`. Default 0.5. */
  readonly equalization?: number;
}

/**
 * Post-training static quantization: convolutions with constant weights work on bytes (unsigned activations, signed
 * weights, 32-bit sums), and so do the nodes between them that can; everything else stays float32.
 *
 * @param graph Channels first, biases fused.
 * @param ranges Of `calibratedValues(graph)`.
 */
export function quantizeGraph(
  graph: Graph,
  ranges: ReadonlyMap<string, ChannelRanges>,
  { keepsFloat = () => false, weightScales = 'channel', equalization = 0.5 }: Int8PassOptions = {},
): Graph {
  const pictures = new Map<GraphNode, PictureNode>();
  for (const node of graph.nodes) {
    const picture = pictureNode(node, graph);
    if (picture !== undefined) pictures.set(node, picture);
  }
  const chosen = chooseInt8Nodes(graph, pictures, keepsFloat);
  const copy = new GraphCopy(graph);
  const connected = [...chosen].map((node) => pictures.get(node) as PictureNode);
  const made = new Set(connected.flatMap(picturesMade));
  // Converting to bytes with one scale for each channel takes several times as long as with one for all.
  const profiles = channelProfiles(graph, connected, ranges, equalization, (value) => !made.has(value));
  const values = new Int8Values(copy, ranges, profiles);
  for (const node of graph.nodes) {
    const picture = chosen.has(node) ? pictures.get(node) : undefined;
    if (picture === undefined) {
      copy.copy(
        node,
        node.inputs.map((input) => values.float(input)),
      );
    } else emit(node, picture, copy, values, ranges, weightScales);
  }
  return copy.finish((value) => values.float(value));
}

function emit(
  node: GraphNode,
  picture: PictureNode,
  copy: GraphCopy,
  values: Int8Values,
  ranges: ReadonlyMap<string, ChannelRanges>,
  weightScales: WeightGranularity,
): void {
  const { target } = copy;
  switch (picture.kind) {
    case 'convolution':
      return emitConvolution(node, picture, copy, values, weightScales);
    case 'prelu':
      return emitPrelu(picture, copy, values, ranges.get(picture.input) as ChannelRanges);
    case 'add': {
      const operands = picture.inputs.flatMap((value) => [
        values.bytes(value),
        ...scalars(target, values.quantization(value)),
      ]);
      const result = scalars(target, values.quantization(picture.output));
      values.bindBytes(picture.output, target.node('com.microsoft:QLinearAdd', [...operands, ...result]));
      return;
    }
    case 'concat': {
      const operands = picture.inputs.flatMap((value) => [
        values.bytes(value),
        ...scalars(target, values.quantization(value)),
      ]);
      const result = scalars(target, values.quantization(picture.output));
      const axis = picture.axis === 0 ? 0 : 3;
      const name = target.node('com.microsoft:QLinearConcat', [...result, ...operands], { axis });
      values.bindBytes(picture.output, name);
      return;
    }
    case 'split':
      return emitSplit(node, picture, copy, values);
  }
}

/** Bytes are only copied, so that the parts keep the scale of the whole. */
function emitSplit(
  node: GraphNode,
  picture: Extract<PictureNode, { kind: 'split' }>,
  copy: GraphCopy,
  values: Int8Values,
): void {
  const lengths = node.inputs.slice(1).map((value) => copy.name(value));
  const attributes = { ...node.attributes, axis: picture.axis === 0 ? 0 : 3 };
  const inputs = [values.bytes(picture.input), ...lengths];
  const names = copy.target.nodes('Split', inputs, picture.outputs.length, attributes);
  const { scale, zeroPoint } = values.quantization(picture.input);
  picture.outputs.forEach((value, index) => {
    values.inherit(value, { scale, zeroPoint });
    values.bindBytes(value, names[index] as string);
  });
}
