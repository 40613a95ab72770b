import type { Frame, Interpolator, Mask } from '@vosvfi/core';
import type { TripletDataset, TripletSample } from '@vosvfi/data';
import { boundaryMeasure, foregroundPsnr, jaccard, psnr } from '@vosvfi/eval';
import type { PairSegmenter } from './pair-segmenter.js';
import type { TableRow } from './table.js';

/** One way to make the frame in between; `undefined` stands for the true frame. */
export interface Contender {
  readonly name: string;
  readonly interpolator: Interpolator | undefined;
}

/** What a contender made of a scene. */
export interface Made {
  readonly name: string;
  readonly frame: Frame;
  /** Found in `frame`, given the first frame and its mask. */
  readonly mask: Mask;
}

/** A held-out scene and what everyone made of it. */
export interface SceneResult {
  readonly sample: TripletSample;
  /** Objects of all labels as one, at times 0, t and 1. */
  readonly truth: readonly [Mask, Mask, Mask];
  readonly made: readonly Made[];
}

/** Rows of the table, in the order of the contenders, and the pictures behind them. */
export interface SceneResults {
  readonly rows: readonly TableRow[];
  readonly scenes: readonly SceneResult[];
}

/** All objects as label 1. */
function merged(mask: Mask): Mask {
  return { ...mask, data: mask.data.map((label) => (label > 0 ? 1 : 0)) };
}

function isEmpty(mask: Mask): boolean {
  return mask.data.every((label) => label === 0);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** PSNR of a scene as shown in tables: equal frames would otherwise make every mean infinite. */
const highestPsnr = 100;

/**
 * Lets every contender make the middle frame of every scene, and the segmenter carry the mask of the first frame to it.
 * All objects count as one. Scenes without foreground in the first or middle frame are passed over.
 */
export async function evaluateScenes(
  contenders: readonly Contender[],
  segmenter: PairSegmenter,
  dataset: TripletDataset,
  onScene: (done: number, total: number) => void = () => undefined,
): Promise<SceneResults> {
  const scenes: SceneResult[] = [];
  for (let index = 0; index < dataset.length; index += 1) {
    const sample = await dataset.sample(index);
    if (sample.masks === undefined) throw new Error('The held-out scenes have no masks.');
    const truth = sample.masks.map(merged) as [Mask, Mask, Mask];
    if (!isEmpty(truth[0]) && !isEmpty(truth[1])) {
      const made: Made[] = [];
      for (const contender of contenders) made.push(await make(contender, segmenter, sample, truth[0]));
      scenes.push({ sample, truth, made });
    }
    onScene(index + 1, dataset.length);
  }
  return { rows: contenders.map((contender, i) => rowOf(contender, scenes, i)), scenes };
}

async function make(
  { name, interpolator }: Contender,
  segmenter: PairSegmenter,
  { frames, t }: TripletSample,
  firstMask: Mask,
): Promise<Made> {
  const [frame = frames[1]] =
    interpolator === undefined ? [] : await interpolator.interpolate(frames[0], frames[2], [t]);
  return { name, frame, mask: await segmenter.carry(frames[0], firstMask, frame) };
}

function rowOf({ name, interpolator }: Contender, scenes: readonly SceneResult[], index: number): TableRow {
  const pairs = scenes.map(({ sample, truth, made }) => ({ sample, mask: truth[1], made: made[index] as Made }));
  const row = {
    name,
    jaccard: mean(pairs.map(({ mask, made }) => jaccard(mask, made.mask))),
    boundary: mean(pairs.map(({ mask, made }) => boundaryMeasure(mask, made.mask))),
  };
  if (interpolator === undefined) return row;
  const whole = pairs.map(({ sample, made }) => psnr(sample.frames[1], made.frame));
  const foreground = pairs.map(
    ({ sample, mask, made }) => foregroundPsnr(sample.frames[1], made.frame, mask) as number,
  );
  return {
    ...row,
    psnr: mean(whole.map((value) => Math.min(value, highestPsnr))),
    foregroundPsnr: mean(foreground.map((value) => Math.min(value, highestPsnr))),
  };
}
