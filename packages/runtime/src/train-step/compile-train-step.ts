import { factsOf, makeExecutable, savableEngine } from '../compile.js';
import {
  type CompiledFacts,
  type CompileOptions,
  type EngineId,
  isGraphEngine,
  type TrainStep,
  type TrainStepOptions,
} from '../engine.js';
import type { Executable } from '../engines/executable.js';
import { type Residence, ResidentTensors } from '../engines/resident-tensors.js';
import type { Manifest } from '../saved/manifest.js';
import { listed, saveGraphs } from '../saved/saved-graphs.js';
import { checkStepOptions, microBatchSignature } from './check-options.js';
import { batchSignature, isCarried, names, optimizerSignature, shapedSignature } from './names.js';
import { gradientFunction, stepFunction, updateFunction } from './step-function.js';
import { accumulatingRunner, type StepRunner, wholeRunner } from './step-runner.js';
import { trainStepOf } from './train-step.js';

/**
 * Compiles loss, gradients, gradient clipping and the optimizer's update, and keeps the weights and optimizer state that
 * steps advance: in one graph, or with `accumulate` in two, one for the gradients of a micro-batch and one for the update.
 * Steps are bit-repeatable: same engine, threads, weights and batches give the same bits.
 *
 * @throws UnsupportedError as `compile` does; TrainingError naming parameters that the loss does not depend on;
 * ConfigError for parameters that cannot be trained, and options that cannot be (on eager engines `run` throws the
 * first two).
 */
export async function compileTrainStep(options: TrainStepOptions): Promise<TrainStep> {
  checkStepOptions(options);
  const residence = residenceOf(options.engine);
  const graphs = await compileGraphs(options, residence);
  const executables = Object.values(graphs);
  return trainStepOf(
    {
      facts: combinedFacts(executables),
      signature: options.signature,
      slots: options.optimizer.slots,
      runner: runnerOf(graphs, options, residence?.tensors),
      resident: residence?.tensors,
      save: (path) => saveStep(path, options, graphs),
      dispose: async () => {
        for (const executable of executables) await executable.dispose();
      },
    },
    options.parameters,
  );
}

/** The graphs of a step, by the names that they are saved under. */
export type StepGraphs = { readonly step: Executable } | { readonly gradient: Executable; readonly update: Executable };

/** Where what steps carry along stays on the engine's device; undefined if that is the host's memory. */
export function residenceOf(engine: EngineId = 'graph'): Residence | undefined {
  if (!isGraphEngine(engine) || !ResidentTensors.supports(engine)) return undefined;
  return { tensors: new ResidentTensors(engine), stays: isCarried };
}

async function compileGraphs(options: TrainStepOptions, residence: Residence | undefined): Promise<StepGraphs> {
  const { engine, threads, withoutPasses, frozen, parameters, signature, optimizer, accumulate = 1 } = options;
  const where: CompileOptions = {
    ...(engine && { engine }),
    ...(threads !== undefined && { threads }),
    ...(withoutPasses && { withoutPasses }),
  };
  const withFrozen: CompileOptions = { ...where, ...(frozen && { weights: frozen }) };
  const parameterInputs = shapedSignature(parameters, names.parameter);
  const optimizerInputs = { ...parameterInputs, ...optimizerSignature(parameters, optimizer.slots) };
  if (accumulate === 1) {
    const inputs = { ...batchSignature(signature), ...optimizerInputs };
    return { step: await makeExecutable(stepFunction(options), inputs, withFrozen, residence) };
  }
  const sums = shapedSignature(parameters, names.accumulated);
  const pieces = batchSignature(microBatchSignature(signature, accumulate));
  const gradient = await makeExecutable(
    gradientFunction(options),
    { ...pieces, ...parameterInputs, ...sums },
    withFrozen,
    residence,
  );
  try {
    const update = await makeExecutable(
      updateFunction(options, accumulate),
      { ...optimizerInputs, ...sums },
      where,
      residence,
    );
    return { gradient, update };
  } catch (error) {
    await gradient.dispose();
    throw error;
  }
}

/** How the graphs of a step make steps. */
export function runnerOf(
  graphs: StepGraphs,
  { signature, accumulate = 1 }: Pick<TrainStepOptions, 'signature' | 'accumulate'>,
  resident?: ResidentTensors,
): StepRunner {
  return 'step' in graphs
    ? wholeRunner(graphs.step)
    : accumulatingRunner(graphs.gradient, graphs.update, signature, accumulate, resident);
}

/** Nodes and times of several graphs together. */
export function combinedFacts(executables: readonly Executable[]): CompiledFacts {
  return executables.map(factsOf).reduce((sum, facts) => ({
    engine: facts.engine,
    provider: facts.provider,
    fallbacks: [...sum.fallbacks, ...facts.fallbacks],
    nodes: sum.nodes + facts.nodes,
    traceMilliseconds: sum.traceMilliseconds + facts.traceMilliseconds,
    sessionMilliseconds: sum.sessionMilliseconds + facts.sessionMilliseconds,
    passes: [...sum.passes, ...facts.passes],
  }));
}

async function saveStep(path: string, options: TrainStepOptions, graphs: StepGraphs): Promise<void> {
  const { optimizer, parameters, signature, accumulate = 1 } = options;
  const step: Manifest['step'] = {
    optimizer: optimizer.id,
    slots: [...optimizer.slots],
    parameters: [...parameters].map(([key, { shape }]) => ({ name: key, shape: [...shape] })),
    signature: listed(signature),
    accumulate,
  };
  const programs = Object.entries(graphs).map(([name, graph]: [string, Executable]) => {
    const engine = savableEngine(graph);
    return { engine, program: [name, graph.program!] as const };
  });
  const [{ engine }] = programs as [(typeof programs)[number]];
  await saveGraphs(
    path,
    { kind: 'train-step', step },
    engine,
    Object.fromEntries(programs.map(({ program }) => program)),
  );
}
