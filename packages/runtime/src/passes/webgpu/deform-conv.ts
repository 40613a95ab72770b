import type { GraphNode } from '../../graph/graph.js';
import { sampleBilinear } from './bilinear-taps.js';
import { NodeWriter } from './node-writer.js';
import type { RewriteRule } from './rewrite-nodes.js';

type Four = [number, number, number, number];

/** DeformConv by gathering every tap of every output and one matrix product. */
export const deformConv: RewriteRule = ({ node, inputs, graph, info }) => {
  const w = new NodeWriter(graph);
  const [x, filter, offsets, bias, mask] = inputs as [string, string, string, string?, string?];
  const [batch, channels, height, width] = info(0).shape as Four;
  const [outChannels, groupChannels, kernelHeight, kernelWidth] = info(1).shape as Four;
  const [, , outHeight, outWidth] = info(2).shape as Four;
  const group = (node.attributes.group as number | undefined) ?? 1;
  const offsetGroups = (node.attributes.offset_group as number | undefined) ?? 1;
  const [taps, positions] = [kernelHeight * kernelWidth, outHeight * outWidth];

  const perGroup = channels / offsetGroups;
  const split = w.reshape(x, [batch, offsetGroups, perGroup, height * width]);
  const rows = w.reshape(w.transpose(split, [0, 1, 3, 2]), [batch * offsetGroups * height * width, perGroup]);
  const first = graph.int32(
    Array.from({ length: batch * offsetGroups }, (_, index) => index * height * width),
    [batch, offsetGroups, 1, 1, 1],
  );
  const moved = w.reshape(offsets, [batch, offsetGroups, taps, 2, outHeight, outWidth]);
  const part = (component: number) => graph.node('Gather', [moved, graph.scalar(component, 'int32')], { axis: 3 });
  const { down, across } = restingPlaces(w, node, [kernelHeight, kernelWidth], [outHeight, outWidth]);
  const sampled = sampleBilinear(w, { rows, height, width, first }, w.add(part(0), down), w.add(part(1), across));
  const shape = [batch, offsetGroups, taps, outHeight, outWidth, 1];
  const weighted = mask ? w.mul(sampled, w.reshape(mask, shape)) : sampled;

  // [B, offset group, tap, positions, channel] to [B, channel, tap, positions].
  const columns = w.transpose(w.reshape(weighted, [batch, offsetGroups, taps, positions, perGroup]), [0, 1, 4, 2, 3]);
  const product = w.node(
    'MatMul',
    w.reshape(filter, [1, group, outChannels / group, groupChannels * taps]),
    w.reshape(columns, [batch, group, groupChannels * taps, positions]),
  );
  const result = w.reshape(product, [batch, outChannels, outHeight, outWidth]);
  return [bias ? w.add(result, w.reshape(bias, [1, outChannels, 1, 1])) : result];
};

/** Where the taps of each output are before they are moved: [1, 1, taps, outHeight, 1] and [1, 1, taps, 1, outWidth]. */
function restingPlaces(
  w: NodeWriter,
  { attributes }: GraphNode,
  [kernelHeight, kernelWidth]: readonly [number, number],
  [outHeight, outWidth]: readonly [number, number],
): { down: string; across: string } {
  const [strideHeight, strideWidth] = (attributes.strides ?? [1, 1]) as [number, number];
  const [dilationHeight, dilationWidth] = (attributes.dilations ?? [1, 1]) as [number, number];
  const [top, left] = (attributes.pads ?? [0, 0, 0, 0]) as [number, number, number, number];
  const taps = kernelHeight * kernelWidth;
  const places = (length: number, place: (tap: number, index: number) => number) =>
    Array.from({ length: taps * length }, (_, i) => place(Math.floor(i / length), i % length));
  const down = places(
    outHeight,
    (tap, row) => row * strideHeight - top + Math.floor(tap / kernelWidth) * dilationHeight,
  );
  const across = places(outWidth, (tap, column) => column * strideWidth - left + (tap % kernelWidth) * dilationWidth);
  return {
    down: w.graph.float32(down, [1, 1, taps, outHeight, 1]),
    across: w.graph.float32(across, [1, 1, taps, 1, outWidth]),
  };
}
