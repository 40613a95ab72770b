import { NodeWriter } from './node-writer.js';
import type { RewriteRule } from './rewrite-nodes.js';

/**
 * ONNX Runtime 1.30's Conv is wrong through WebGPU for 6, 9, 15, 18, ... input channels (multiples of three but not of
 * four) with output channels in multiples of four: it reads three channels at a time from where four would be. Channels
 * of zeros up to a multiple of four lead it elsewhere.
 */
export const padConvolutionChannels: RewriteRule = ({ node, inputs, graph, info }) => {
  const [x, filter] = [info(0), info(1)];
  const channels = x.shape[1] as number;
  const group = (node.attributes.group as number | undefined) ?? 1;
  const wrong = channels % 3 === 0 && channels % 4 !== 0 && channels > 3 && (filter.shape[0] as number) % 4 === 0;
  if (!wrong || group !== 1 || x.shape.length !== 4) return undefined;
  const w = new NodeWriter(graph);
  const more = 4 - (channels % 4);
  const padded = (value: string) => w.node('Pad', value, graph.int64([0, 0, 0, 0, 0, more, 0, 0]));
  const operands = [padded(inputs[0] as string), padded(inputs[1] as string), ...inputs.slice(2)];
  return [graph.node('Conv', operands, node.attributes)];
};
