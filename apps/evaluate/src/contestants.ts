import { stat } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import { ConfigError, suggestion } from '@vosvfi/core';
import { ffmpegVersion } from '@vosvfi/data';
import {
  blendContestant,
  type Contestant,
  type EvaluationItem,
  interpolatorContestant,
  minterpolateContestant,
  openFrameFolder,
  openOnnxContestant,
  repeatContestant,
} from '@vosvfi/eval';
import { findModel, listModels } from '@vosvfi/models';
import type { EngineDescription } from '@vosvfi/runtime';
import type { EngineId } from '@vosvfi/runtime/engine';

const baselines = ['blend', 'repeat', 'minterpolate'] as const;

/** A network of the registry, its weights (default: those that come along), and at which scale it looks for motion. */
interface NetworkModel {
  readonly kind: 'network';
  readonly model: string;
  readonly weights?: string;
  readonly scale?: number;
}

/** What `--model` names: an id for the evaluation, and who it is. */
export interface ModelChoice {
  readonly id: string;
  readonly who:
    | { readonly kind: 'baseline'; readonly name: (typeof baselines)[number] }
    | NetworkModel
    | { readonly kind: 'onnx' | 'frames'; readonly path: string };
}

/**
 * Reads `--model` and `--weights`: `[ID=]blend`, `[ID=]NETWORK[@SCALE]`, `[ID=]FILE.onnx`, `[ID=]FOLDER`, and `ID=FILE` of weights, or
 * a file alone where one network is named.
 * @throws ConfigError for what is none of these, an id given twice, and weights that are missing or have no network.
 */
export async function chooseModels(
  models: readonly string[],
  weights: readonly string[] = [],
): Promise<readonly ModelChoice[]> {
  const named = await Promise.all(models.map(readModel));
  const networks = named.filter(({ kind }) => kind === 'network').map(({ id }) => id);
  const files = new Map(weights.map((text) => readWeights(text, networks)));
  const ids = named.map(({ id }) => id);
  const twice = ids.find((id, i) => ids.indexOf(id) !== i);
  if (twice !== undefined) {
    throw new ConfigError('--model', `"${twice}" is there twice.`, { hint: 'Name one of them: NAME=MODEL.' });
  }
  return named.map(({ id, kind, what, scale }): ModelChoice => {
    if (kind === 'baseline') return { id, who: { kind, name: what as (typeof baselines)[number] } };
    if (kind !== 'network') return { id, who: { kind, path: what } };
    const network = { kind, model: what, ...(scale !== undefined && { scale }) };
    const file = files.get(id);
    if (file !== undefined) return { id, who: { ...network, weights: file } };
    if (findModel(what).shippedWeights !== undefined) return { id, who: network };
    throw new ConfigError('--weights', `"${id}" is a network and needs its weights.`, {
      hint: `Give --weights ${id}=FILE, a safetensors file or a PyTorch checkpoint.`,
    });
  });
}

/** `--model` without its weights. */
interface NamedModel {
  readonly id: string;
  readonly kind: ModelChoice['who']['kind'];
  /** Baseline, network or path. */
  readonly what: string;
  readonly scale?: number;
}

async function readModel(text: string): Promise<NamedModel> {
  const [, name, what] = /^(?:([\w.-]+)=)?(.+)$/s.exec(text) ?? [];
  const scaled = readScaled(what ?? '');
  if (scaled !== undefined)
    return { id: name ?? `${scaled.what}@${scaled.scale}`, kind: 'network', ...scaled };
  const kind = await kindOf(what ?? '');
  const ownName = kind === 'onnx' || kind === 'frames' ? basename(what!, extname(what!)) : what!;
  return { id: name ?? ownName, kind, what: what! };
}

/** `NETWORK@SCALE`; undefined for anything else, such as a folder with an @ in its name. */
function readScaled(text: string): { readonly what: string; readonly scale: number } | undefined {
  const at = text.lastIndexOf('@');
  const what = text.slice(0, Math.max(at, 0));
  if (!listModels().some(({ id }) => id === what)) return undefined;
  const scale = Number(text.slice(at + 1));
  if (text.endsWith('@') || !(scale > 0)) {
    throw new ConfigError('--model', `expected a scale after the @, such as ${what}@0.5, found "${text}".`);
  }
  return { what, scale };
}

async function kindOf(what: string): Promise<ModelChoice['who']['kind']> {
  if ((baselines as readonly string[]).includes(what)) return 'baseline';
  if (listModels().some(({ id }) => id === what)) return 'network';
  const facts = await stat(what).catch(() => undefined);
  if (facts?.isDirectory()) return 'frames';
  if (what.endsWith('.onnx') && facts?.isFile()) return 'onnx';
  if (facts !== undefined) {
    throw new ConfigError('--model', `expected a folder of frames or an ONNX file (.onnx), found the file "${what}".`);
  }
  const known = [...baselines, ...listModels().map(({ id }) => id)];
  throw new ConfigError('--model', `there is no network, file or folder "${what}".`, {
    hint: `${suggestion(what, known)} Known: ${known.join(', ')}, an ONNX file, or a folder of frames.`.trimStart(),
  });
}

function readWeights(text: string, networks: readonly string[]): [string, string] {
  const id = networks.find((network) => text.startsWith(`${network}=`));
  if (id !== undefined) return [id, text.slice(id.length + 1)];
  if (networks.length === 1) return [networks[0]!, text];
  const known =
    networks.length === 0 ? 'no --model is a network' : `expected ID=FILE, ID one of ${networks.join(', ')}`;
  throw new ConfigError('--weights', `${known}; found "${text}".`);
}

/** Where networks run. */
export interface OpenOptions {
  readonly engine: EngineId;
  readonly threads?: number | undefined;
  /** Of the engine, where a network is among the models. */
  readonly description?: EngineDescription | undefined;
  readonly items: readonly EvaluationItem[];
}

/**
 * Opens one of the models.
 * @throws CheckpointError for weights that do not fit; MediaError for a folder that is not there; EnvironmentError without
 * ffmpeg for minterpolate; UnsupportedError for an ONNX file that is no interpolator.
 */
export async function openContestant({ id, who }: ModelChoice, options: OpenOptions): Promise<Contestant> {
  if (who.kind === 'network') return openNetworkContestant(id, who, options);
  if (who.kind === 'baseline') {
    const baseline = await openBaseline(who.name);
    return { ...baseline, id, title: id === who.name ? baseline.title : `${id} (${baseline.title})` };
  }
  if (who.kind === 'frames') return openFrameFolder(id, who.path, options.items);
  return openOnnxContestant(id, who.path, { threads: options.threads });
}

async function openNetworkContestant(
  id: string,
  { kind: _, ...choice }: NetworkModel,
  { engine, threads, description }: OpenOptions,
): Promise<Contestant> {
  const [{ checkNetworkChoice, openNetwork }, { weightsDigest }] = await Promise.all([
    import('@vosvfi/models/open'),
    import('@vosvfi/models/weights'),
  ]);
  const { model, scale = 1 } = choice;
  const { file } = checkNetworkChoice(choice);
  const described = scale === 1 ? model : `${model}@${scale}`;
  const interpolator = await openNetwork({ ...choice, engine, threads });
  return interpolatorContestant(interpolator, {
    ...{ id, title: id === described ? id : `${id} (${described})`, kind: 'network' },
    facts: {
      ...{ network: model, weights: basename(file), weightsSha256: await weightsDigest(file), engine },
      ...(scale !== 1 && { scale }),
      ...(description && { library: `${description.library} ${description.version}`, device: description.device }),
    },
  });
}

async function openBaseline(name: (typeof baselines)[number]): Promise<Contestant> {
  if (name === 'blend') return blendContestant();
  if (name === 'repeat') return repeatContestant();
  return minterpolateContestant({ version: await ffmpegVersion() });
}
