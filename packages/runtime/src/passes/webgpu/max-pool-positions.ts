import { NodeWriter } from './node-writer.js';
import type { RewriteRule } from './rewrite-nodes.js';

type Four = [number, number, number, number];

/** Below every float32 that a picture may hold. */
const lowest = -3.4028234663852886e38;

/**
 * The provider accepts MaxPool with positions and then refuses to run it. A maximum's position is that of the first tap
 * that equals it.
 */
export const maxPoolPositions: RewriteRule = ({ node, inputs, graph, info }) => {
  if (node.outputs.length < 2) return undefined;
  const w = new NodeWriter(graph);
  const [batch, channels, height, width] = info(0).shape as Four;
  const [maxima] = graph.nodes('MaxPool', inputs, 1, node.attributes) as [string];
  const [, , outHeight, outWidth] = w.shapeOf(maxima) as Four;
  const [top, left] = (node.attributes.pads ?? [0, 0, 0, 0]) as Four;
  const [kernelHeight, kernelWidth] = node.attributes.kernel_shape as [number, number];
  const [strideHeight, strideWidth] = (node.attributes.strides ?? [1, 1]) as [number, number];
  const [dilationHeight, dilationWidth] = (node.attributes.dilations ?? [1, 1]) as [number, number];
  const reach = (out: number, stride: number, kernel: number, dilation: number) =>
    (out - 1) * stride + (kernel - 1) * dilation + 1;
  const below = Math.max(0, reach(outHeight, strideHeight, kernelHeight, dilationHeight) - top - height);
  const beyond = Math.max(0, reach(outWidth, strideWidth, kernelWidth, dilationWidth) - left - width);
  const padded = w.node(
    'Pad',
    inputs[0] as string,
    graph.int64([0, 0, top, left, 0, 0, below, beyond]),
    w.float(lowest),
  );
  const none = w.int(2 ** 31 - 1);
  const found: string[] = [];
  for (let tap = 0; tap < kernelHeight * kernelWidth; tap++) {
    const row = Math.floor(tap / kernelWidth) * dilationHeight;
    const column = (tap % kernelWidth) * dilationWidth;
    const window = w.node(
      'Slice',
      padded,
      graph.int64([row, column]),
      graph.int64([row + (outHeight - 1) * strideHeight + 1, column + (outWidth - 1) * strideWidth + 1]),
      graph.int64([2, 3]),
      graph.int64([strideHeight, strideWidth]),
    );
    const places = Array.from({ length: outHeight * outWidth }, (_, i) => {
      const y = Math.floor(i / outWidth) * strideHeight + row - top;
      return y * width + (i % outWidth) * strideWidth + column - left;
    });
    found.push(
      w.node('Where', w.node('Equal', window, maxima), graph.int32(places, [1, 1, outHeight, outWidth]), none),
    );
  }
  const inPlane = found.reduce((first, place) => w.node('Min', first, place));
  const planes = Array.from({ length: batch * channels }, (_, i) => i * height * width);
  const positions = w.add(inPlane, graph.int32(planes, [batch, channels, 1, 1]));
  return [maxima, w.cast(positions, 'int64')];
};
