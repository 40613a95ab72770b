import type { PassFact, PassName } from '../engine.js';
import type { Graph } from '../graph/graph.js';
import { alignScalars } from './align-scalars.js';
import { keepChannelsFirst } from './channels-first.js';
import { foldConstants } from './fold-constants.js';
import { fuseBias } from './fuse-bias.js';
import { lowerFences } from './lower-fences.js';
import { removeDeadNodes } from './remove-dead-nodes.js';
import { tileConvolutions } from './tile-convolutions.js';

type Pass = (graph: Graph) => Graph;

/** All passes, in the order in which they profit from each other. */
const pipeline: readonly (readonly [PassFact['pass'], Pass])[] = [
  ['remove-dead-nodes', removeDeadNodes],
  ['fold-constants', foldConstants],
  ['channels-first', keepChannelsFirst],
  ['remove-dead-nodes', removeDeadNodes],
  ['fuse-bias', fuseBias],
  ['tile-convolutions', tileConvolutions],
  ['align-scalars', alignScalars],
  ['remove-dead-nodes', removeDeadNodes],
];

/** How {@link optimize} runs. */
export interface OptimizeOptions {
  /** Passes to leave out. */
  readonly without?: readonly PassName[];
  /** Runs `tile-convolutions`; default false. */
  readonly tiledConvolutions?: boolean;
  /** Is told what each pass did and cost. */
  readonly report?: (fact: PassFact) => void;
}

/** Runs the passes over a traced graph. */
export function optimize(
  graph: Graph,
  { without = [], tiledConvolutions = false, report }: OptimizeOptions = {},
): Graph {
  const optimized = pipeline
    .filter(([name]) => (name === 'tile-convolutions' ? tiledConvolutions : !without.includes(name)))
    .reduce((current, [pass, run]) => {
      const started = performance.now();
      const result = run(current);
      const milliseconds = performance.now() - started;
      report?.({ pass, milliseconds, nodesBefore: current.nodes.length, nodesAfter: result.nodes.length });
      return result;
    }, graph);
  return lowerFences(optimized);
}
