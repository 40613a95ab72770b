import { CheckpointError, type FloatTensor, hostTensor, type Random } from '@vosvfi/core';
import { toFloat32 } from '@vosvfi/core/safetensors';
import type { ParameterSpec } from '@vosvfi/runtime/network';
import { openStateDicts, type StateDict, type StateDictFile, type TensorEntry } from './state-dicts.js';

/** Where the weights are in a file. */
export interface LoadWeightsOptions {
  /**
   * What every name in the file starts with and the network's keys do not. Default: nothing, or the "module." that
   * PyTorch's parallel training puts there.
   */
  readonly prefix?: string;
  /** Place of the weights in a training checkpoint, such as "state_dict"; found by its content if absent. */
  readonly at?: string;
  /** The network is a part of what the file holds: other tensors are passed over. Default false. */
  readonly isPart?: boolean;
  /** Tensors that the file may hold beside the parameters and that are passed over, such as a teacher's. */
  readonly optional?: readonly ParameterSpec[];
  /** Given for training: draws what files in another official shape lack (see `ParameterSpec.alternative`). */
  readonly random?: Random;
  /** What to say about a file that does not fit. */
  readonly hint?: string;
}

/** What PyTorch's DataParallel puts before every name. */
const parallelPrefix = 'module.';

/** Names listed in an error before the rest is only counted. */
const maxListed = 8;

/** A counter that batch normalization keeps in training and that no network here reads. */
function isIgnored(key: string): boolean {
  return key.endsWith('num_batches_tracked');
}

function list(items: readonly string[]): string {
  const rest = items.length - maxListed;
  return items.slice(0, maxListed).join(', ') + (rest > 0 ? ` and ${rest} more` : '');
}

function placeName(place: string): string {
  return place === '' ? 'the file itself' : `"${place}"`;
}

/** Tensors of `dict` under the network's names: without the prefix, without names that do not have it. */
function withoutPrefix(dict: StateDict, prefix: string): StateDict {
  const entries = [...dict].filter(([key]) => key.startsWith(prefix));
  return new Map(entries.map(([key, entry]) => [key.slice(prefix.length), entry]));
}

/** The prefix of parallel training, if every name has it. */
function usualPrefix(dict: StateDict): string {
  return [...dict.keys()].every((key) => key.startsWith(parallelPrefix)) ? parallelPrefix : '';
}

/** What a dictionary has of a parameter, under its key or another name of it. */
function entryOf(dict: StateDict, { key, aliases = [] }: ParameterSpec, prefix = ''): TensorEntry | undefined {
  return [key, ...aliases].map((name) => dict.get(prefix + name)).find((entry) => entry !== undefined);
}

/** The one dictionary with all keys, or the only one. */
function chooseDict(file: StateDictFile, parameters: readonly ParameterSpec[], options: LoadWeightsOptions): StateDict {
  const { prefix, at } = options;
  const places = [...file.stateDicts.keys()];
  const known = `Tensors are in: ${list(places.map(placeName))}.`;
  if (places.length === 0) throw new CheckpointError(file.path, 'holds no dictionary of tensors.');
  if (at !== undefined) {
    const dict = file.stateDicts.get(at);
    if (dict === undefined) throw new CheckpointError(file.path, `has no tensors at "${at}".`, { hint: known });
    return dict;
  }
  if (places.length === 1) return file.stateDicts.get(places[0]!)!;
  const fitting = places.filter((place) => {
    const dict = file.stateDicts.get(place)!;
    const start = prefix ?? usualPrefix(dict);
    return parameters.every((spec) => entryOf(dict, spec, start) !== undefined);
  });
  if (fitting.length === 1) return file.stateDicts.get(fitting[0]!)!;
  const found = fitting.length === 0 ? 'no place' : `${fitting.length} places (${list(fitting.map(placeName))})`;
  throw new CheckpointError(file.path, `has ${found} with all ${parameters.length} tensors of the network.`, {
    hint: `${known} Name one, or a prefix of the names.`,
  });
}

function shapeText(shape: readonly number[]): string {
  return `[${shape.join(', ')}]`;
}

function isShape(entry: TensorEntry, shape: readonly number[] | undefined): boolean {
  return shape?.length === entry.shape.length && shape.every((extent, axis) => extent === entry.shape[axis]);
}

function misfit({ key, shape, alternative }: ParameterSpec, entry: TensorEntry): string | undefined {
  if (!isShape(entry, shape) && !isShape(entry, alternative?.shape))
    return `${key} (expected ${shapeText(shape)}, found ${shapeText(entry.shape)})`;
  if (!entry.dtype.includes('F')) return `${key} (expected floating point, found ${entry.dtype})`;
  return undefined;
}

/** What all names of `dict` have in front of the network's keys, if that explains why none was found. */
function likelyPrefix(dict: StateDict, parameters: readonly ParameterSpec[]): string | undefined {
  const first = parameters[0]?.key;
  const name = first === undefined ? undefined : [...dict.keys()].find((candidate) => candidate.endsWith(`.${first}`));
  const prefix = name?.slice(0, name.length - first!.length);
  return prefix !== undefined && parameters.every(({ key }) => dict.has(prefix + key)) ? prefix : undefined;
}

/** @throws CheckpointError listing everything that does not fit. */
function checkFit(
  path: string,
  full: StateDict,
  dict: StateDict,
  parameters: readonly ParameterSpec[],
  { optional = [], isPart = false, hint: ownHint }: LoadWeightsOptions,
): void {
  const keys = new Set([...parameters, ...optional].flatMap(({ key, aliases = [] }) => [key, ...aliases]));
  const missing = parameters.filter((spec) => entryOf(dict, spec) === undefined);
  const unexpected = isPart ? [] : [...dict].filter(([key]) => !keys.has(key) && !isIgnored(key));
  const misfits = parameters.flatMap((spec) => {
    const entry = entryOf(dict, spec);
    return entry === undefined ? [] : (misfit(spec, entry) ?? []);
  });
  const problems = [
    missing.length > 0 &&
      `${missing.length} of ${parameters.length} tensors are missing: ${list(missing.map(({ key, shape }) => `${key} ${shapeText(shape)}`))}`,
    unexpected.length > 0 &&
      `${unexpected.length} are not the network's: ${list(unexpected.map(([key, { shape }]) => `${key} ${shapeText(shape)}`))}`,
    misfits.length > 0 && `${misfits.length} have another shape or type: ${list(misfits)}`,
  ].filter((problem) => problem !== false);
  if (problems.length === 0) return;
  const prefix = missing.length === parameters.length ? likelyPrefix(full, parameters) : undefined;
  const hint = prefix === undefined ? ownHint : `The names start with "${prefix}"; give that as prefix.`;
  throw new CheckpointError(path, `does not fit the network; ${problems.join('; ')}.`, { hint });
}

async function readParameter(spec: ParameterSpec, entry: TensorEntry, random?: Random): Promise<FloatTensor> {
  const { key, shape, alternative } = spec;
  const found = toFloat32(await entry.read());
  if (alternative === undefined || isShape(entry, shape)) return found;
  return hostTensor(alternative.complete(found.data, random?.fork(key)), shape);
}

/**
 * Loads a network's weights from a safetensors file or a PyTorch checkpoint (told apart by content), as float32 and in
 * the order of `parameters`, in their shapes; a parameter's other official shape is taken too. Batch normalization's `num_batches_tracked` is passed over, and what `optional` names; training checkpoints may hold
 * more than the weights. Reads one tensor at a time.
 * @throws CheckpointError if the file is damaged or refused, or listing the tensors that are missing, unexpected or
 * of another shape.
 */
export async function loadWeights(
  path: string,
  parameters: readonly ParameterSpec[],
  options: LoadWeightsOptions = {},
): Promise<Map<string, FloatTensor>> {
  const file = await openStateDicts(path);
  try {
    const full = chooseDict(file, parameters, options);
    const dict = withoutPrefix(full, options.prefix ?? usualPrefix(full));
    checkFit(path, full, dict, parameters, options);
    const weights = new Map<string, FloatTensor>();
    for (const spec of parameters)
      weights.set(spec.key, await readParameter(spec, entryOf(dict, spec)!, options.random));
    return weights;
  } finally {
    await file.close();
  }
}
