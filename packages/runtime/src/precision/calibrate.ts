import { ConfigError, type HostTensor, type WeightMap } from '@vosvfi/core';
import { checkedFeeds } from '../check-inputs.js';
import type { Signature, TensorFunction } from '../engine.js';
import { openGraph } from '../engines/graph-executable.js';
import { modelSource, programOf } from '../engines/graph-program.js';
import { optimize } from '../passes/optimize.js';
import { trace } from '../trace/trace.js';
import { type Calibration, calibratedValues } from './calibration.js';
import { fillSplats } from './fill-splats.js';
import { mergeObservations, observingGraph } from './observe.js';
import { chooseRanges, type RangeRule } from './range-rules.js';

/** How to calibrate. */
export interface CalibrateOptions {
  /** The function's weights, as for `compile`. */
  readonly weights?: WeightMap;
  /** Default `min-max`. */
  readonly rule?: RangeRule;
  readonly threads?: number;
}

/**
 * Runs `fn` in float32 on typical inputs and keeps the ranges of what it computes on the way, for
 * `compile(..., { precision: { kind: 'int8', calibration } })`.
 * A few inputs do; they should be like those to come (for a clip, pairs spread over it).
 * @throws ConfigError without inputs or for an invalid rule; ShapeError for inputs that do not fit the signature.
 */
export async function calibrate(
  fn: TensorFunction,
  signature: Signature,
  inputs: readonly Readonly<Record<string, HostTensor>>[],
  { weights = new Map(), rule = 'min-max', threads }: CalibrateOptions = {},
): Promise<Calibration> {
  if (inputs.length === 0) throw new ConfigError('calibration inputs', 'expected at least one, found none.');
  if (typeof rule === 'object' && !(rule.percentile > 50 && rule.percentile <= 100)) {
    throw new ConfigError('rule.percentile', `expected more than 50 and at most 100, found ${rule.percentile}.`);
  }
  const feeds = inputs.map((entry) => checkedFeeds(signature, entry));
  const graph = fillSplats(optimize(trace(fn, signature, weights)));
  const program = programOf(observingGraph(graph), 'graph', signature);
  const opened = await openGraph(program, await modelSource(program.model), threads);
  try {
    const runs: Record<string, HostTensor>[] = [];
    for (const feed of feeds) runs.push(await opened.run(feed));
    const observations = mergeObservations(runs, calibratedValues(graph).length);
    const ranges = observations.map((observation) => chooseRanges(observation, rule));
    return { format: 'vosvfi-calibration', version: 1, ranges };
  } finally {
    await opened.dispose();
  }
}
