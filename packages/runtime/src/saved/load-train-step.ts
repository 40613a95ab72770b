import { CheckpointError, UnsupportedError, type WeightMap } from '@vosvfi/core';
import { checkDeclarations, checkThreads, describeSpec } from '../check-inputs.js';
import type { TrainStep } from '../engine.js';
import { openGraph } from '../engines/graph-executable.js';
import type { Residence } from '../engines/resident-tensors.js';
import { combinedFacts, residenceOf, runnerOf, type StepGraphs } from '../train-step/compile-train-step.js';
import { trainStepOf } from '../train-step/train-step.js';
import { assertEngine, assertSignature, graphOf, type LoadOptions } from './load-compiled.js';
import { type Manifest, readManifest } from './manifest.js';
import { openSavedGraph, signatureFrom } from './saved-graphs.js';

/** How to load a training step. */
export interface LoadTrainStepOptions extends LoadOptions {
  /** Initial values of everything that is trained. Optimizer state starts empty; `restore` sets both. */
  readonly parameters: WeightMap;
}

/**
 * Loads what `TrainStep.save` wrote: loss, frozen weights, clipping and optimizer are in its graphs.
 * @throws CheckpointError as `loadCompiled`, and naming the parameter that is missing, unknown or of another shape.
 */
export async function loadTrainStep(path: string, options: LoadTrainStepOptions): Promise<TrainStep> {
  const { engine, threads, signature: expected, parameters } = options;
  checkThreads(threads);
  checkDeclarations({}, parameters);
  const manifest = await readManifest(path, 'train-step');
  assertEngine(path, manifest, engine);
  const { step } = manifest;
  if (step === undefined) throw new CheckpointError(path, 'its description has no field "step".');
  const signature = signatureFrom(step.signature);
  if (expected !== undefined) assertSignature(path, signature, expected);
  const ordered = orderedParameters(path, step.parameters, parameters);
  const residence = residenceOf(manifest.engine);
  const graphs = await openGraphs(path, manifest, step.accumulate, threads, residence);
  const executables = Object.values(graphs);
  return trainStepOf(
    {
      facts: combinedFacts(executables),
      signature,
      slots: step.slots,
      runner: runnerOf(graphs, { signature, accumulate: step.accumulate }, residence?.tensors),
      resident: residence?.tensors,
      save: async () => {
        throw new UnsupportedError('What was loaded cannot be saved again.', { hint: 'Copy the folder.' });
      },
      dispose: async () => {
        for (const executable of executables) await executable.dispose();
      },
    },
    ordered,
  );
}

async function openGraphs(
  path: string,
  manifest: Manifest,
  accumulate: number,
  threads: number | undefined,
  residence: Residence | undefined,
): Promise<StepGraphs> {
  const open = async (name: string) => {
    const { layout, source } = await openSavedGraph(path, manifest, graphOf(path, manifest, name));
    return openGraph(layout, source, threads, residence);
  };
  if (accumulate === 1) return { step: await open('step') };
  const gradient = await open('gradient');
  try {
    return { gradient, update: await open('update') };
  } catch (error) {
    await gradient.dispose();
    throw error;
  }
}

/** The parameters in the order of the saved step. */
function orderedParameters(
  path: string,
  expected: NonNullable<Manifest['step']>['parameters'],
  parameters: WeightMap,
): WeightMap {
  const names = new Set(expected.map(({ name }) => name));
  for (const key of parameters.keys()) {
    if (!names.has(key)) throw new CheckpointError(path, `parameter "${key}" is unknown to the saved training step.`);
  }
  return new Map(
    expected.map(({ name, shape }) => {
      const given = parameters.get(name);
      const [wanted, found] = [describeSpec({ shape }), given === undefined ? 'nothing' : describeSpec(given)];
      if (given === undefined || wanted !== found) {
        throw new CheckpointError(path, `parameter "${name}": expected ${wanted}, found ${found}.`);
      }
      return [name, given];
    }),
  );
}
