import type { HostTensor } from '@vosvfi/core';
import type { Graph, GraphPort } from '../graph/graph.js';
import { GraphCopy } from '../passes/graph-copy.js';
import { removeDeadNodes } from '../passes/remove-dead-nodes.js';
import { calibratedValues } from './calibration.js';

/** Positions of each channel that a sample takes of one run, at least (if there are so many). */
const SAMPLE_POSITIONS = 256;

/**
 * A graph that gives, instead of `graph`'s outputs, the smallest and largest value of each channel of each calibrated value
 * and a regular sample of it: outputs `low N`, `high N` [channels] and `sample N` [batch, channels, rows, columns].
 */
export function observingGraph(graph: Graph): Graph {
  const copy = new GraphCopy(graph);
  for (const node of graph.nodes) copy.copy(node);
  const { target } = copy;
  const ports = calibratedValues(graph).flatMap((value, index): GraphPort[] => {
    const name = copy.name(value);
    const [, , height = 1, width = 1] = graph.values.get(value)?.shape ?? [];
    const step = Math.max(Math.floor(Math.sqrt((height * width) / SAMPLE_POSITIONS)), 1);
    const steps = [1, 1].map(() => step);
    const sample = target.node('Slice', [
      name,
      target.int64([0, 0]),
      target.int64([height, width]),
      target.int64([2, 3]),
      target.int64(steps),
    ]);
    const reduced = (operator: string) => target.node(operator, [name, target.int64([0, 2, 3])], { keepdims: 0 });
    return [
      { name: `low ${index}`, value: reduced('ReduceMin') },
      { name: `high ${index}`, value: reduced('ReduceMax') },
      { name: `sample ${index}`, value: sample },
    ];
  });
  return removeDeadNodes(target.finish(ports));
}

/** What was seen of one calibrated value. */
export interface Observation {
  /** Over all runs, of each channel. */
  readonly low: readonly number[];
  readonly high: readonly number[];
  /** Some values of each channel. */
  readonly samples: readonly Float32Array[];
}

/** What the runs of an {@link observingGraph} gave, as one observation for each calibrated value. */
export function mergeObservations(runs: readonly Readonly<Record<string, HostTensor>>[], count: number): Observation[] {
  const numbers = (name: string) => runs.map((run) => (run[name] as HostTensor).data);
  return Array.from({ length: count }, (_, index) => {
    const [low, high] = [numbers(`low ${index}`), numbers(`high ${index}`)];
    const channels = (low[0] as ArrayLike<number>).length;
    const extreme = (of: ArrayLike<number>[], choose: (...values: number[]) => number) =>
      Array.from({ length: channels }, (_, channel) => choose(...of.map((values) => values[channel] as number)));
    return {
      low: extreme(low, Math.min),
      high: extreme(high, Math.max),
      samples: Array.from({ length: channels }, (_, channel) => channelSample(runs, `sample ${index}`, channel)),
    };
  });
}

function channelSample(
  runs: readonly Readonly<Record<string, HostTensor>>[],
  name: string,
  channel: number,
): Float32Array {
  const pieces = runs.flatMap((run) => {
    const { data, shape } = run[name] as HostTensor;
    const [batch, channels, height, width] = shape as [number, number, number, number];
    const size = height * width;
    return Array.from({ length: batch }, (_, entry) => {
      const start = (entry * channels + channel) * size;
      return (data as Float32Array).subarray(start, start + size);
    });
  });
  const joined = new Float32Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let position = 0;
  for (const piece of pieces) {
    joined.set(piece, position);
    position += piece.length;
  }
  return joined;
}
