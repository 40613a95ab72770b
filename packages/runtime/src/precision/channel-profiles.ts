import type { Graph } from '../graph/graph.js';
import type { ChannelRanges } from './calibration.js';
import { channelsOf, type PictureNode, picturesMade, picturesRead } from './picture-nodes.js';

/**
 * A size for each channel of each value, by which it is divided before it is quantized.
 *
 * One scale for all channels wastes steps on those of small range. A convolution does not care: what its input was
 * divided by goes into its weights, as does what its output is divided by. PReLU, sums, concatenation and splitting work on
 * divided values as well if the channels they connect have the same size, so connected channels get the largest of theirs.
 *
 * @param strength 0: no division (one scale a tensor); 1: all channels end up with the same range. In between, weights and
 * activations share the burden of unequal channels, as in SmoothQuant (Xiao et al., ICML 2023, eq. 4).
 * @param isUniform Values whose channels all get one size.
 */
export function channelProfiles(
  graph: Graph,
  nodes: readonly PictureNode[],
  ranges: ReadonlyMap<string, ChannelRanges>,
  strength: number,
  isUniform: (value: string) => boolean,
): Map<string, Float64Array> {
  const offsets = new Map<string, number>();
  let count = 0;
  for (const value of ranges.keys()) {
    offsets.set(value, count);
    count += channelsOf(value, graph);
  }
  const classes = new DisjointSets(count);
  for (const node of nodes) connect(node, graph, (value) => offsets.get(value) as number, classes);
  for (const [value, offset] of offsets) {
    if (!isUniform(value)) continue;
    for (let channel = 1; channel < channelsOf(value, graph); channel++) classes.unite(offset, offset + channel);
  }
  const sizes = new Float64Array(count);
  for (const [value, { low, high }] of ranges) {
    const offset = offsets.get(value) as number;
    low.forEach((lowest, channel) => {
      const root = classes.root(offset + channel);
      sizes[root] = Math.max(sizes[root] as number, Math.abs(lowest), Math.abs(high[channel] as number));
    });
  }
  const smallest = Math.max(...sizes) * SMALLEST_SHARE || 1;
  return new Map(
    [...offsets].map(([value, offset]) => [
      value,
      Float64Array.from({ length: channelsOf(value, graph) }, (_, channel) => {
        const size = sizes[classes.root(offset + channel)] as number;
        return Math.max(size, smallest) ** strength;
      }),
    ]),
  );
}

/** Channels that are almost always zero are not blown up. */
const SMALLEST_SHARE = 1e-6;

function connect(node: PictureNode, graph: Graph, offsetOf: (value: string) => number, classes: DisjointSets): void {
  if (node.kind === 'convolution') return;
  const [whole, ...parts] =
    node.kind === 'split' ? [node.input, ...node.outputs] : [...picturesMade(node), ...picturesRead(node)];
  const isByChannel = (node.kind === 'concat' || node.kind === 'split') && node.axis === 1;
  let position = offsetOf(whole as string);
  for (const part of parts) {
    const channels = channelsOf(part, graph);
    for (let channel = 0; channel < channels; channel++) {
      classes.unite(position + channel, offsetOf(part) + channel);
    }
    if (isByChannel) position += channels;
  }
}

class DisjointSets {
  readonly #parents: Int32Array;

  constructor(count: number) {
    this.#parents = Int32Array.from({ length: count }, (_, index) => index);
  }

  root(index: number): number {
    let current = index;
    while (this.#parents[current] !== current) {
      this.#parents[current] = this.#parents[this.#parents[current] as number] as number;
      current = this.#parents[current] as number;
    }
    return current;
  }

  unite(first: number, second: number): void {
    this.#parents[this.root(first)] = this.root(second);
  }
}
