import { createRandom, type Random } from '@vosvfi/core';
import { augment } from '../augment/augment.js';
import { type AugmentConfig, type AugmentOptions, parseAugmentConfig } from '../augment/config.js';
import { readSize } from '../image/frame-file.js';
import type { TripletSample } from '../sample.js';
import { frameFiles, type Split } from '../triplets/layout.js';
import { openTripletDataset, type TripletFolder } from '../triplets/open.js';
import { firstSeptupletFile, openSeptupletDataset, type SeptupletFolder } from '../triplets/septuplets.js';
import { type BrokenFiles, readable } from './broken.js';
import type { ChoiceRules } from './frame-choice.js';
import type { SampleSeries, SeriesFacts } from './series.js';

/** What decides which samples of a data set come when, and how they are changed. */
export interface TripletSeriesOptions {
  readonly seed: number;
  /** A new random order each epoch (default), or the data set's own order over and over. */
  readonly shuffle?: boolean;
  /** [height, width] of a random window; overrides `augment.crop`. */
  readonly crop?: readonly [number, number];
  /** Nothing but the crop by default. */
  readonly augment?: AugmentOptions;
}

/** Complete options. */
export interface TripletOrder {
  readonly seed: number;
  readonly shuffle: boolean;
  readonly augment: AugmentConfig;
}

/** Plain data that says how to make the series, for worker threads too. */
export interface TripletPlan {
  readonly kind: 'triplets';
  readonly facts: SeriesFacts;
  readonly dir: string;
  readonly split: Split;
  readonly masks: boolean;
  readonly flow: boolean;
  readonly order: TripletOrder;
}

/** The same for septuplets. */
export interface SeptupletPlan {
  readonly kind: 'septuplets';
  readonly facts: SeriesFacts;
  readonly dir: string;
  readonly split: Split;
  readonly rules: ChoiceRules;
  readonly order: TripletOrder;
}

/** Fills the defaults in. @throws ConfigError naming the field. */
export function tripletOrder({ seed, shuffle = true, crop, augment: options }: TripletSeriesOptions): TripletOrder {
  return { seed, shuffle, augment: parseAugmentConfig({ ...options, ...(crop && { crop: [crop[0], crop[1]] }) }) };
}

/**
 * Describes a series of a folder's triplets: every sample once an epoch, epochs joined without a gap.
 * @throws ConfigError for an invalid option; MediaError if there is no crop and the first frame cannot be read.
 */
export async function planTriplets(options: TripletSeriesOptions & { dataset: TripletFolder }): Promise<TripletPlan> {
  const { dir, split, hasMasks, hasFlow, names } = options.dataset;
  const order = tripletOrder(options);
  const size = await sizeOf(order, frameFiles(dir, names[0]!)[0]);
  const facts = { label: `triplets of ${dir}`, size, hasMasks, hasFlow };
  return { kind: 'triplets', facts, dir, split, masks: hasMasks, flow: hasFlow, order };
}

/**
 * Describes a series of a folder's septuplets: three frames of each, drawn anew each time, every septuplet once an epoch.
 * @throws ConfigError for an invalid option; MediaError if there is no crop and the first frame cannot be read.
 */
export async function planSeptuplets(
  options: TripletSeriesOptions & { dataset: SeptupletFolder },
): Promise<SeptupletPlan> {
  const { dir, split, rules } = options.dataset;
  const order = tripletOrder(options);
  const size = await sizeOf(order, firstSeptupletFile(options.dataset));
  const facts = { label: `septuplets of ${dir}`, size, hasMasks: false, hasFlow: false };
  return { kind: 'septuplets', facts, dir, split, rules, order };
}

async function sizeOf({ augment: { crop } }: TripletOrder, firstFile: string) {
  return crop ? { height: crop[0], width: crop[1] } : await readSize(firstFile);
}

/** Opens the folder of a plan, without looking for its files again. */
export async function openSeptupletPlan(plan: SeptupletPlan, broken: BrokenFiles): Promise<SampleSeries> {
  const { dir, split, rules, order } = plan;
  return createTripletSeries(await openSeptupletDataset(dir, split, { ...rules, verify: false }), order, broken);
}

/** Opens the folder of a plan, without looking for its files again. */
export async function openTripletPlan(plan: TripletPlan, broken: BrokenFiles): Promise<SampleSeries> {
  const { dir, split, masks, flow, order } = plan;
  return createTripletSeries(await openTripletDataset(dir, split, { masks, flow, verify: false }), order, broken);
}

/** A permutation of 0..length-1 that depends on the seed and the epoch. */
function epochOrder(seed: number, epoch: number, length: number): Uint32Array {
  const random = createRandom(seed).fork(`epoch ${epoch}`);
  const order = Uint32Array.from({ length }, (_, i) => i);
  for (let i = length - 1; i > 0; i--) {
    const j = random.integer(0, i);
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
}

/** Samples by index; where there is a choice, the stream decides. */
interface SampleFolder {
  readonly length: number;
  sample(index: number, random: Random): Promise<TripletSample>;
}

/** The series of a data set; keeps the order of the epochs it last saw. A broken sample is replaced by the next one. */
export function createTripletSeries(dataset: SampleFolder, plan: TripletOrder, broken: BrokenFiles): SampleSeries {
  const orders = new Map<number, Uint32Array>();
  const indexOf = (position: number) => {
    const epoch = Math.floor(position / dataset.length);
    const within = position % dataset.length;
    if (!plan.shuffle) return within;
    let order = orders.get(epoch);
    if (!order) {
      if (orders.size >= 2) orders.clear();
      order = epochOrder(plan.seed, epoch, dataset.length);
      orders.set(epoch, order);
    }
    return order[within]!;
  };
  return {
    draw: (first, count) =>
      Promise.all(
        Array.from({ length: count }, async (_, k) => {
          const position = first + k;
          const random = createRandom(plan.seed).fork(`sample ${position}`);
          const sample = await readable(broken, (attempt) =>
            dataset.sample(indexOf(position + attempt), random.fork('choice')),
          );
          return { sample: augment(sample, random, plan.augment), foreground: 'all' as const };
        }),
      ),
  };
}
