import type { Graph, GraphNode } from '../graph/graph.js';
import { type PictureNode, picturesMade, picturesRead } from './picture-nodes.js';

/**
 * Nodes that work on bytes: all convolutions but those that are to stay float32 or have too little to do, and what lies
 * between them: PReLU, sums and splits of what is in bytes already, concatenations that are or that only convolutions on
 * bytes read.
 */
export function chooseInt8Nodes(
  graph: Graph,
  pictures: ReadonlyMap<GraphNode, PictureNode>,
  keepsFloat: (node: GraphNode) => boolean,
): Set<GraphNode> {
  const chosen = new Set<GraphNode>();
  for (const [node, { kind }] of pictures) {
    if (kind === 'convolution' && !keepsFloat(node) && workOf(node, graph) >= LEAST_WORK) chosen.add(node);
  }
  const readers = readersOf(graph);
  const inBytes = new Set<string>();
  for (const node of graph.nodes) {
    const picture = pictures.get(node);
    if (picture === undefined) continue;
    const follows = picture.kind !== 'convolution' && canFollow(picture, inBytes, readers, chosen);
    if (chosen.has(node) || follows) {
      chosen.add(node);
      for (const value of picturesMade(picture)) inBytes.add(value);
    }
  }
  return chosen;
}

/** Products for each number that a convolution reads or writes: below this, converting it costs more than is saved. */
const LEAST_WORK = 8;

function workOf({ inputs, outputs }: GraphNode, { values }: Graph): number {
  const sizeOfPicture = (value: string) => (values.get(value)?.shape ?? []).reduce((a, b) => a * b, 1);
  const [x, weights] = inputs as [string, string];
  const [y] = outputs as [string];
  const perOutput = sizeOfPicture(weights) / (values.get(weights)?.shape[0] as number);
  return (sizeOfPicture(y) * perOutput) / (sizeOfPicture(x) + sizeOfPicture(y));
}

function canFollow(
  picture: PictureNode,
  inBytes: ReadonlySet<string>,
  readers: ReadonlyMap<string, readonly (GraphNode | undefined)[]>,
  chosen: ReadonlySet<GraphNode>,
): boolean {
  const read = picturesRead(picture);
  if (picture.kind === 'concat' && !read.some((value) => inBytes.has(value))) {
    return (readers.get(picture.output) ?? []).every((node) => node !== undefined && chosen.has(node));
  }
  // The part of a PReLU that is added must not be negative.
  if (picture.kind === 'prelu' && picture.slopes.some((slope) => slope > 1)) return false;
  return read[picture.kind === 'concat' ? 'some' : 'every']((value) => inBytes.has(value));
}

/** Who reads each value; undefined stands for the caller, as a graph output. */
function readersOf({ nodes, outputs }: Graph): Map<string, (GraphNode | undefined)[]> {
  const readers = new Map<string, (GraphNode | undefined)[]>();
  const add = (value: string, node: GraphNode | undefined) => {
    const known = readers.get(value);
    if (known === undefined) readers.set(value, [node]);
    else known.push(node);
  };
  for (const node of nodes) for (const value of node.inputs) add(value, node);
  for (const { value } of outputs) add(value, undefined);
  return readers;
}
