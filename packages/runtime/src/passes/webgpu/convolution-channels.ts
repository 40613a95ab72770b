import { NodeWriter } from './node-writer.js';
import type { RewriteRule, Rewriting } from './rewrite-nodes.js';

type Four = [number, number, number, number];

const groupOf = ({ node }: Rewriting) => (node.attributes.group as number | undefined) ?? 1;

/**
 * Conv of ONNX Runtime 1.30 through WebGPU is wrong in two cases, which zeros lead elsewhere:
 * - 6, 9, 15, 18, ... input channels (multiples of three, not of four) with output channels in multiples of four: it
 *   reads three channels at a time from where four would be;
 * - groups of five and more output channels: it writes two or four at a time if their sum over all groups can be
 *   divided so, also where they belong to two groups.
 */
const conv: RewriteRule = (rewriting) => {
  const { node, inputs, graph, info } = rewriting;
  const [x, filter] = [info(0), info(1)];
  if (x.shape.length !== 4) return undefined;
  const [channels, outChannels, group] = [x.shape[1] as number, filter.shape[0] as number, groupOf(rewriting)];
  if (group > 1) {
    const each = outChannels / group;
    const together = outChannels % 4 === 0 ? 4 : outChannels % 2 === 0 ? 2 : 1;
    return each >= 4 && each % together !== 0 ? widenedGroups(rewriting, 0, each + 4 - (each % 4)) : undefined;
  }
  if (channels <= 3 || channels % 3 !== 0 || channels % 4 === 0 || outChannels % 4 !== 0) return undefined;
  const w = new NodeWriter(graph);
  const padded = (value: string) => w.node('Pad', value, graph.int64([0, 0, 0, 0, 0, 4 - (channels % 4), 0, 0]));
  const operands = [padded(inputs[0] as string), padded(inputs[1] as string), ...inputs.slice(2)];
  return [graph.node('Conv', operands, node.attributes)];
};

/** ConvTranspose is wrong for groups of one output channel that have two, four, six, ... input channels. */
const convTranspose: RewriteRule = (rewriting) => {
  const filter = rewriting.info(1);
  const group = groupOf(rewriting);
  const wrong = group > 1 && filter.shape[1] === 1 && ((filter.shape[0] as number) / group) % 2 === 0;
  return wrong && filter.shape.length === 4 ? widenedGroups(rewriting, 1, 2) : undefined;
};

/** The convolution with `width` output channels in each group, of which those that were asked for are kept. */
function widenedGroups(
  { node, inputs, graph, info }: Rewriting,
  outputAxis: 0 | 1,
  width: number,
): readonly string[] | undefined {
  const w = new NodeWriter(graph);
  const group = node.attributes.group as number;
  const filter = info(1).shape as Four;
  const each = outputAxis === 0 ? filter[0] / group : filter[1];
  const widen = (value: string, shape: readonly number[], axis: number) => {
    const more = shape.map((_, index) => (index === axis ? width - each : 0));
    return w.node('Pad', w.reshape(value, shape), graph.int64([...shape.map(() => 0), ...more]));
  };
  const [first, second, ...kernel] = filter;
  const wider =
    outputAxis === 0
      ? w.reshape(widen(inputs[1] as string, [group, each, second, ...kernel], 1), [group * width, second, ...kernel])
      : widen(inputs[1] as string, [first, second, ...kernel], 1);
  const bias = inputs[2] ? [w.reshape(widen(inputs[2], [group, each], 1), [group * width])] : [];
  const wide = graph.node(node.opType, [inputs[0] as string, wider, ...bias], node.attributes);
  const [batch, , height, columns] = w.shapeOf(wide) as Four;
  const groups = w.reshape(wide, [batch, group, width, height, columns]);
  const kept = w.node('Slice', groups, graph.int64([0]), graph.int64([each]), graph.int64([2]));
  return [w.reshape(kept, [batch, group * each, height, columns])];
}

/** Convolutions that the provider has wrong. */
export const convolutionChannels: Readonly<Record<string, RewriteRule>> = { Conv: conv, ConvTranspose: convTranspose };
