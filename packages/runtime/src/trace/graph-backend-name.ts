/** The tfjs back-end that records instead of computing. */
export const GRAPH_BACKEND = 'vosvfi-graph';
