import { createHash } from 'node:crypto';
import { ConfigError, type Frame } from '@vosvfi/core';
import { type MetricResources, motionFlow } from '@vosvfi/eval';
import { findFlowNetwork, listFlowNetworks } from '@vosvfi/models';
import type { FlowEstimator } from '@vosvfi/models/flow';
import type { EngineId } from '@vosvfi/runtime/engine';
import { RecentFlows } from './recent-flows.js';

/** The classical flow, which needs no weights. */
const classical = 'motion';

/** Methods that find flow, as this command names them. */
export const flowIds: readonly string[] = [classical, ...listFlowNetworks().map(({ id }) => id)];

/** True for a flow that is a network. */
export function isFlowNetwork(flow: string | undefined): flow is string {
  return flow !== undefined && flow !== classical;
}

/** What `--flow` and what belongs to it say. */
export interface FlowFlags {
  readonly flow?: string | undefined;
  readonly flowIterations?: number | undefined;
  readonly engine: EngineId;
  readonly threads?: number | undefined;
}

/**
 * Checks the flags of a flow, without reading a file.
 * @param weights File for the flow network, where one is named.
 * @throws ConfigError for a network without weights, and for iterations of what has none.
 */
export function checkFlow({ flow, flowIterations }: FlowFlags, weights: string | undefined): void {
  if (!isFlowNetwork(flow)) {
    if (flowIterations === undefined) return;
    throw new ConfigError('--flow-iterations', 'is of no use without a network as --flow.');
  }
  if (weights !== undefined) return;
  const { officialWeights, source } = findFlowNetwork(flow);
  const files = officialWeights.map(({ file }) => file).join(', ');
  throw new ConfigError('--weights', `"${flow}" as --flow is a network and needs its weights; none come along.`, {
    hint: `Give --weights ${flow}=FILE, a PyTorch checkpoint or safetensors file. The authors have ${files} (${source}). Without any, take --flow ${classical}.`,
  });
}

/** A flow method for metrics, with native memory to free. */
export interface OpenFlow {
  readonly flow: NonNullable<MetricResources['flow']>;
  dispose(): Promise<void>;
}

/**
 * Opens the chosen flow; its `id` says all that its values depend on. Undefined if none is chosen.
 * @throws ConfigError as {@link checkFlow}; CheckpointError for weights that do not fit.
 */
export async function openFlow(flags: FlowFlags, weights: string | undefined): Promise<OpenFlow | undefined> {
  const { flow, flowIterations, engine, threads } = flags;
  checkFlow(flags, weights);
  if (flow === undefined) return undefined;
  if (!isFlowNetwork(flow) || weights === undefined) return { flow: motionFlow(), dispose: async () => {} };
  const [{ openFlowEstimator }, { weightsDigest }] = await Promise.all([
    import('@vosvfi/models/flow'),
    import('@vosvfi/models/weights'),
  ]);
  const estimator = await openFlowEstimator({
    ...{ model: flow, weights, engine },
    ...(threads !== undefined && { threads }),
    ...(flowIterations !== undefined && { iterations: flowIterations }),
  });
  const id = `${flow}, ${estimator.iterations} iterations, weights ${await weightsDigest(weights)}, engine ${engine}, version 1`;
  return { flow: { id, find: findBy(estimator) }, dispose: () => estimator.dispose() };
}

/** Metrics ask for the same flows one after the other, and every model for those of the true frames. */
function findBy(estimator: FlowEstimator): NonNullable<MetricResources['flow']>['find'] {
  const recent = new RecentFlows();
  return (from, to) => recent.find(`${digestOf(from)} ${digestOf(to)}`, () => estimator.estimate(from, to));
}

/** Of a frame's content. */
function digestOf({ data, width, height }: Frame): string {
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return createHash('sha256').update(`${width}x${height} ${data.BYTES_PER_ELEMENT} `).update(bytes).digest('hex');
}
