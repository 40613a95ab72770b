import type { Graph, GraphNode } from '../graph/graph.js';
import { GraphCopy } from '../passes/graph-copy.js';
import type { ChannelRanges } from './calibration.js';
import { channelProfiles } from './channel-profiles.js';
import { chooseInt8Nodes } from './choose-int8-nodes.js';
import { emitInBytes, type WeightGranularity } from './int8-nodes.js';
import { Int8Values } from './int8-values.js';
import { type PictureNode, pictureNode, picturesMade } from './picture-nodes.js';

/** What the int8 pass may decide. */
export interface Int8PassOptions {
  /** Convolutions that stay float32. */
  readonly keepsFloat?: (node: GraphNode) => boolean;
  /** Scales of weights. Default `channel`. */
  readonly weightScales?: WeightGranularity;
  /** How far channels of unequal range are made equal, see `channelProfiles`. Default 0.75. */
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
  { keepsFloat = () => false, weightScales = 'channel', equalization = 0.75 }: Int8PassOptions = {},
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
    } else emitInBytes(node, picture, { copy, values, ranges, weightScales });
  }
  return copy.finish((value) => values.float(value));
}
