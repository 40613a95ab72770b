import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigError, hash32, writeFileAtomically } from '@vosvfi/core';
import { createSyntheticDataset } from '@vosvfi/data';
import { blendInterpolator } from '@vosvfi/eval';
import { countParameters } from '@vosvfi/models';
import { createIfrnet, createIfrnetInterpolator, type IfrnetConfig } from '@vosvfi/models/ifrnet';
import { loadWeights } from '@vosvfi/models/weights';
import { describeEngine, type EngineDescription, formatEngine } from '@vosvfi/runtime';
import type { TrainEvent } from '@vosvfi/train';
import { loadSegmenter } from '@vosvfi/train-cli';
import { createStcn } from '@vosvfi/vos/stcn';
import { doubleFrameRate, liveliestMoment } from './clip.js';
import { createPairSegmenter } from './pair-segmenter.js';
import { reportContent } from './report/content.js';
import { renderReport } from './report/report.js';
import { evaluateScenes, type SceneResults } from './scenes.js';
import type { DemoTable } from './table.js';
import { type TrainingRecord, trainAndRecord } from './training.js';

/** What the demo is run with. */
export interface DemoOptions {
  /** Video to interpolate, and whom to thank for it. */
  readonly clip: { readonly file: string; readonly credit: string };
  /** Folder of the results; what an earlier demo left there is replaced. */
  readonly out: string;
  /** Changes to both recipes, as for `vosvfi train --set`. */
  readonly overrides?: readonly string[];
  /** Held-out scenes that are measured; default 32. */
  readonly scenes?: number;
  readonly onStage: (text: string) => void;
  readonly onProgress: (text: string) => void;
}

/** What the demo made. */
export interface DemoResult {
  readonly table: DemoTable;
  readonly engine: EngineDescription;
  readonly tableFile: string;
  readonly videoFile: string;
  readonly reportFile: string;
  readonly seconds: number;
}

/** Runs every part in turn: two trainings, the measurement, a real clip, the report. */
export async function runDemo(options: DemoOptions): Promise<DemoResult> {
  const clock = createClock();
  const files = {
    table: join(options.out, 'table.json'),
    video: join(options.out, 'interpolated.mp4'),
    report: join(options.out, 'report.html'),
  };
  const runs = join(options.out, 'runs');
  await mkdir(options.out, { recursive: true });
  for (const path of [runs, ...Object.values(files)]) await rm(path, { recursive: true, force: true });

  const engine = await describeEngine('graph');
  options.onStage(formatEngine(engine));
  const plain = await clock.time('training without masks', () => trainOne('synthetic_small', 'without', runs, options));
  const aware = await clock.time('training with masks', () => trainOne('synthetic_small_vos', 'with', runs, options));
  const results = await clock.time('measuring', () => measure(plain, aware, options));
  const table = makeTable(plain.record, aware.record, results);
  await writeFileAtomically(files.table, `${JSON.stringify(table, null, 2)}\n`);

  options.onStage(`Interpolating ${options.clip.file}`);
  const video = await clock.time('interpolating the clip', () =>
    doubleFrameRate(options.clip.file, files.video, interpolatorOf(aware), (done, total) =>
      options.onProgress(`frame ${done}${total === undefined ? '' : `/${total}`}`),
    ),
  );
  const moment = await clock.time('reading it back', () => liveliestMoment(files.video));
  const content = await reportContent({
    table,
    plain: plain.record,
    aware: aware.record,
    results,
    clip: { credit: options.clip.credit, video, moment },
    times: clock.times,
  });
  await writeFileAtomically(files.report, renderReport(content));
  return {
    table,
    engine,
    tableFile: files.table,
    videoFile: files.video,
    reportFile: files.report,
    seconds: clock.times.reduce((sum, [, seconds]) => sum + seconds, 0),
  };
}

/** A trained network. */
interface Trained {
  readonly record: TrainingRecord;
  readonly config: IfrnetConfig;
  readonly weights: Awaited<ReturnType<typeof loadWeights>>;
}

async function trainOne(recipe: string, name: string, runs: string, options: DemoOptions): Promise<Trained> {
  options.onStage(`Training ${name} masks (recipe ${recipe})`);
  const runFolder = join(runs, name);
  const record = await trainAndRecord(recipe, options.overrides ?? [], runFolder, (event) => {
    const text = progressText(event);
    if (text !== undefined) options.onProgress(text);
  });
  const { network } = record.recipe;
  if (network.kind !== 'ifrnet_custom') {
    throw new ConfigError('network.kind', `the demo expects "ifrnet_custom", found "${network.kind}".`);
  }
  const { parameters } = createIfrnet(network.config);
  const weights = await loadWeights(join(runFolder, 'weights.safetensors'), parameters);
  return { record, config: network.config, weights };
}

function progressText(event: TrainEvent): string | undefined {
  if (event.type !== 'progress') return undefined;
  const { step, steps, total, etaSeconds } = event;
  return `step ${step}/${steps}, loss ${total.toFixed(4)}, ${Math.ceil(etaSeconds)} s left`;
}

function interpolatorOf({ config, weights }: Trained) {
  return createIfrnetInterpolator({ config, weights });
}

async function measure(plain: Trained, aware: Trained, options: DemoOptions): Promise<SceneResults> {
  options.onStage('Measuring on held-out scenes');
  const { dataset, objective } = aware.record.recipe;
  if (dataset.kind !== 'synthetic' || objective.kind !== 'ifrnet' || objective.vos === undefined) {
    throw new ConfigError('recipe', 'the demo expects synthetic scenes and VOS-aware terms.');
  }
  const { model } = objective.vos.segmenter;
  if (model !== 'stcn' && model !== 'stcn_tiny') {
    throw new ConfigError('recipe.objective.vos.segmenter.model', `the demo measures with an STCN, found "${model}".`);
  }
  const { height, width, scene } = dataset;
  const heldOut = createSyntheticDataset({
    seed: hash32('held-out scenes of the demo'),
    length: options.scenes ?? 32,
    scene: { ...scene, height, width },
  });
  const { weights } = await loadSegmenter(objective.vos.segmenter);
  const segmenter = createPairSegmenter(createStcn(model), weights);
  const contenders = [
    { name: 'cross-fade of the two frames', interpolator: blendInterpolator() },
    { name: 'network trained without masks', interpolator: interpolatorOf(plain) },
    { name: 'network trained with masks', interpolator: interpolatorOf(aware) },
    { name: 'the true frame', interpolator: undefined },
  ];
  try {
    return await evaluateScenes(contenders, segmenter, heldOut, (done, total) =>
      options.onProgress(`scene ${done}/${total}`),
    );
  } finally {
    await segmenter.dispose();
    for (const { interpolator } of contenders) await interpolator?.dispose();
  }
}

function makeTable(plain: TrainingRecord, aware: TrainingRecord, { rows, scenes }: SceneResults): DemoTable {
  const { recipe } = aware;
  const config = recipe.network.kind === 'ifrnet_custom' ? recipe.network.config : undefined;
  if (config === undefined || recipe.objective.kind !== 'ifrnet' || recipe.dataset.kind !== 'synthetic') {
    throw new ConfigError('recipe', 'the demo expects a small IFRNet on synthetic scenes.');
  }
  return {
    protocol:
      'middle frame of held-out synthetic scenes; masks carried from the first frame to the new one, all objects as one',
    seeds: [recipe.seed],
    steps: recipe.steps,
    batchSize: recipe.batchSize,
    size: [recipe.dataset.height, recipe.dataset.width],
    scenes: scenes.length,
    network: `IFRNet, pyramid ${config.pyramid.join('-')}`,
    parameters: countParameters(createIfrnet(config).parameters),
    segmenter: recipe.objective.vos?.segmenter.model ?? 'none',
    rows,
    secondsPerStep: { plain: perStep(plain), vosAware: perStep(aware) },
  };
}

function perStep({ summary, recipe }: TrainingRecord): number {
  return summary.seconds / recipe.steps;
}

function createClock() {
  const times: [string, number][] = [];
  return {
    times,
    time: async <T>(name: string, action: () => Promise<T>): Promise<T> => {
      const start = performance.now();
      const result = await action();
      times.push([name, (performance.now() - start) / 1000]);
      return result;
    },
  };
}
