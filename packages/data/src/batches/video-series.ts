import { ConfigError, createRandom, type Frame, MediaError, type Random } from '@vosvfi/core';
import { augment } from '../augment/augment.js';
import { type AugmentConfig, type AugmentOptions, parseAugmentConfig } from '../augment/config.js';
import { type ClipPlace, readClip } from '../video/clip.js';
import type { IndexedVideo } from '../video/video-index.js';
import { type BrokenFiles, readable } from './broken.js';
import { type ChoiceRules, checkRules, drawChoice, type FrameChoice } from './frame-choice.js';
import { movingChoices } from './moving-choices.js';
import type { DrawnSample, SampleSeries, SeriesFacts } from './series.js';

/** Samples cut from anywhere in videos. */
export interface VideoSeriesOptions extends Partial<ChoiceRules> {
  readonly seed: number;
  /** See `indexVideos`. */
  readonly videos: readonly IndexedVideo[];
  /** What the shorter side of frames is reduced to; by default, and where it is smaller already, frames keep their size. */
  readonly shortSide?: number;
  /** [height, width] of a random window; overrides `augment.crop`. */
  readonly crop?: readonly [number, number];
  readonly augment?: AugmentOptions;
  /** Consecutive frames that are decoded together, 12 by default. */
  readonly clipFrames?: number;
  /** Samples that are taken from a clip, at different steps, before it is let go; 8 by default. */
  readonly samplesPerClip?: number;
  /** Clips that are held at a time and take turns, 8 by default. */
  readonly clips?: number;
}

/** Plain data that says how to make the series, for worker threads too. */
export interface VideoPlan {
  readonly kind: 'videos';
  readonly facts: SeriesFacts;
  readonly seed: number;
  readonly videos: readonly IndexedVideo[];
  readonly rules: ChoiceRules;
  readonly augment: AugmentConfig;
  readonly shortSide: number | undefined;
  readonly clipFrames: number;
  readonly samplesPerClip: number;
  readonly clips: number;
}

function checkCount(path: string, value: number): number {
  if (Number.isInteger(value) && value >= 1) return value;
  throw new ConfigError(path, `expected an integer of at least 1, found ${value}.`);
}

/** Size that a video's frames are reduced to, even numbers. */
function workingSize({ width, height }: IndexedVideo, shortSide: number | undefined) {
  const ratio = shortSide === undefined ? 1 : Math.min(1, shortSide / Math.min(width, height));
  if (ratio === 1) return { width, height };
  return { width: 2 * Math.round((width * ratio) / 2), height: 2 * Math.round((height * ratio) / 2) };
}

/**
 * Describes a series of samples cut from anywhere in videos, long ones more often than short ones. Cuts, stills and copies
 * are left out.
 * @throws ConfigError for an invalid option, a video smaller than the crop, or videos that differ in size without a crop;
 *   MediaError if no video is long enough.
 */
export function planVideos(options: VideoSeriesOptions): VideoPlan {
  const { seed, videos, shortSide, t = 0.5, span = [2, 2], crop } = options;
  const rules = { t, span };
  checkRules(rules);
  const clipFrames = checkCount('clipFrames', options.clipFrames ?? 12);
  if (clipFrames <= span[1]) {
    throw new ConfigError('clipFrames', `expected more than the longest span, ${span[1]}, found ${clipFrames}.`);
  }
  const config = parseAugmentConfig({ ...options.augment, ...(crop && { crop: [crop[0], crop[1]] }) });
  const usable = videos.filter(({ ticks }) => ticks.length > span[0]);
  const [first] = usable;
  if (!first) {
    throw new MediaError(videos[0]?.file ?? 'videos', `no video has the ${span[0] + 1} frames of a sample.`);
  }
  const size = config.crop ? { height: config.crop[0], width: config.crop[1] } : workingSize(first, shortSide);
  for (const video of usable) checkVideo(video, workingSize(video, shortSide), size, config.crop !== null);
  return {
    kind: 'videos',
    facts: { label: `${usable.length} videos`, size, hasMasks: false, hasFlow: false },
    ...{ seed, videos: usable, rules, shortSide, clipFrames, augment: config },
    samplesPerClip: checkCount('samplesPerClip', options.samplesPerClip ?? 8),
    clips: checkCount('clips', options.clips ?? 8),
  };
}

type Size = { readonly width: number; readonly height: number };

function checkVideo({ file }: IndexedVideo, own: Size, wanted: Size, isCropped: boolean): void {
  const fits = isCropped
    ? own.width >= wanted.width && own.height >= wanted.height
    : own.width === wanted.width && own.height === wanted.height;
  if (fits) return;
  const expected = `${isCropped ? 'at least ' : ''}${wanted.width} x ${wanted.height}`;
  const hint = isCropped ? 'Take a smaller crop, a larger shortSide, or leave it out.' : 'Crop the videos to one size.';
  throw new ConfigError('videos', `expected frames of ${expected}, found ${own.width} x ${own.height} in ${file}.`, {
    hint,
  });
}

/** Decoded frames, what can be chosen of them, and when they are shown. */
interface Clip {
  readonly name: string;
  readonly frames: readonly Frame[];
  readonly ticks: Float64Array;
  readonly choices: readonly FrameChoice[];
}

/** So many places without a usable sample in a row are an error. */
const LIMIT = 16;

function drawVideo(videos: readonly IndexedVideo[], random: Random): IndexedVideo {
  const total = videos.reduce((sum, { ticks }) => sum + ticks.length, 0);
  let rest = random.integer(0, total - 1);
  return videos.find(({ ticks }) => {
    rest -= ticks.length;
    return rest < 0;
  })!;
}

const even = (value: number) => 2 * Math.floor(value / 2);

/** Any place of any video; a window of twice the crop, so that the samples of a clip show different parts. */
function drawPlace(plan: VideoPlan, random: Random): { video: IndexedVideo; place: ClipPlace } {
  const video = drawVideo(plan.videos, random);
  const count = Math.min(plan.clipFrames, video.ticks.length);
  const first = random.integer(0, video.ticks.length - count);
  const whole = workingSize(video, plan.shortSide);
  const { crop } = plan.augment;
  const size = crop
    ? { width: Math.min(whole.width, 2 * crop[1]), height: Math.min(whole.height, 2 * crop[0]) }
    : whole;
  const width = size.width === whole.width ? video.width : even((size.width * video.width) / whole.width);
  const height = size.height === whole.height ? video.height : even((size.height * video.height) / whole.height);
  const left = even(random.integer(0, video.width - width));
  const top = even(random.integer(0, video.height - height));
  return { video, place: { first, count, left, top, width, height, size } };
}

async function openClip(plan: VideoPlan, random: Random, broken: BrokenFiles): Promise<Clip> {
  for (let k = 0; k < LIMIT; k++) {
    const stream = random.fork(`place ${k}`);
    const clip = await readable(broken, async (attempt) => {
      const { video, place } = drawPlace(plan, stream.fork(attempt));
      const frames = await readClip(video, place);
      const ticks = video.ticks.slice(place.first, place.first + place.count);
      return { name: `${video.file}@${place.first}`, frames, ticks, choices: movingChoices(frames, ticks, plan.rules) };
    });
    if (clip.choices.length > 0) return clip;
  }
  throw new MediaError(plan.videos[0]!.file, `this and ${plan.videos.length - 1} more: no motion between cuts found.`, {
    hint: `Looked at ${LIMIT} places.`,
  });
}

/**
 * Opens the series. Samples take turns among a number of clips, each of which lasts for several samples, so that decoding
 * costs little; clips begin and end at different times. The next clip is decoded ahead.
 */
export function createVideoSeries(plan: VideoPlan, broken: BrokenFiles): SampleSeries {
  const { seed, clips, samplesPerClip } = plan;
  const random = createRandom(seed);
  const held = Array.from({ length: clips }, () => new Map<number, Promise<Clip>>());
  const hold = (lane: number, number: number): Promise<Clip> => {
    let clip = held[lane]!.get(number);
    if (!clip) {
      clip = openClip(plan, random.fork(`clip ${lane}/${number}`), broken);
      // Whoever comes to need it gets the error.
      clip.catch(() => {});
      held[lane]!.set(number, clip);
    }
    for (const old of held[lane]!.keys()) if (old < number || old > number + 1) held[lane]!.delete(old);
    return clip;
  };
  const drawOne = async (position: number): Promise<DrawnSample> => {
    const lane = position % clips;
    const turn = Math.floor(position / clips) + Math.floor((lane * samplesPerClip) / clips);
    const number = Math.floor(turn / samplesPerClip);
    const opened = hold(lane, number);
    if (turn % samplesPerClip === samplesPerClip - 1) void hold(lane, number + 1);
    const { name, frames, ticks, choices } = await opened;
    const own = random.fork(`sample ${position}`);
    const [i0, i1, i2] = drawChoice(choices, own.fork('choice'));
    const t = plan.rules.t === 0.5 ? 0.5 : (ticks[i1]! - ticks[i0]!) / (ticks[i2]! - ticks[i0]!);
    const sample = { name: `${name}+${i0}`, t, frames: [frames[i0]!, frames[i1]!, frames[i2]!] as const };
    return { sample: augment(sample, own, plan.augment), foreground: 'all' };
  };
  return {
    draw: (first, count) => Promise.all(Array.from({ length: count }, (_, k) => drawOne(first + k))),
  };
}
