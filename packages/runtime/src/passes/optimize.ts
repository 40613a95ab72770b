import type { Graph } from '../graph/graph.js';
import { keepChannelsFirst } from './channels-first.js';
import { fuseBias } from './fuse-bias.js';
import { removeDeadNodes } from './remove-dead-nodes.js';

/** All passes, in the order in which they profit from each other. */
export function optimize(graph: Graph): Graph {
  return [removeDeadNodes, keepChannelsFirst, removeDeadNodes, fuseBias, removeDeadNodes].reduce(
    (current, pass) => pass(current),
    graph,
  );
}
