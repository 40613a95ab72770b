import { createRandom, MediaError } from '@vosvfi/core';
import { describeFrame, type FrameSignature } from '../video/scene-cut.js';
import type { Analysis, Candidate } from './analysis.js';
import { assessTriplet, type DropReason } from './assess.js';
import { cropOf, mapRectangle, type Scaling, scalingOf } from './geometry.js';
import { createPyramid, estimateMotion, type MotionField, type Pyramid } from './motion.js';
import { largestDifference } from './motion-statistics.js';
import { createReducer } from './reduce.js';
import { createSceneList } from './scenes.js';
import type { PrepareSettings } from './settings.js';
import { type FrameSource, formatTime, type SourceFrame } from './source.js';

/** A frame that does not repeat the one before, as long as triplets may need it. */
interface Seen {
  /** Position among such frames. */
  readonly position: number;
  readonly index: number;
  readonly time: string | null;
  readonly place: number;
  readonly scene: number;
  readonly signature: FrameSignature;
  readonly pyramid: Pyramid;
}

/** Largest difference of a block, levels of 255, up to which a frame repeats the one before: what re-encoding leaves. */
const REPEAT_DIFFERENCE = 1.5;
/** Most difference of a triplet's two intervals, as a share of their mean. */
const UNEVEN = 0.1;
/** Most frames that a repeated one may stand in for between neighbours: animation on fours. */
const LONGEST_HOLD = 4;

/** True if the frames are evenly spaced in time and none stands still for long. */
export function isEven(places: readonly [number, number, number], step: number, spacing: number): boolean {
  const [first, second] = [places[1] - places[0], places[2] - places[1]];
  const mean = (first + second) / 2;
  // Files round times to ticks of up to a millisecond or so.
  const slack = UNEVEN * mean + 0.02 * spacing;
  return Math.abs(first - second) <= slack && mean <= LONGEST_HOLD * step * spacing * 1.01;
}

/** Motion between frames by their positions; each pair is asked for at most twice, soon after another. */
function createMotionCache(depth: number) {
  const fields = new Map<string, MotionField>();
  return (from: Seen, to: Seen): MotionField => {
    const key = `${from.position} ${to.position}`;
    const field = fields.get(key) ?? estimateMotion(from.pyramid, to.pyramid);
    fields.set(key, field);
    for (const old of fields.keys()) {
      if (fields.size <= depth) break;
      fields.delete(old);
    }
    return field;
  };
}

/** Judges the triplets that end at a frame. */
function createJudge(source: FrameSource, scaling: Scaling, settings: PrepareSettings) {
  const motion = createMotionCache(4 * settings.steps.length);
  const random = createRandom(settings.seed);
  return (window: readonly [Seen, Seen, Seen], step: number): DropReason | Candidate => {
    const [first, middle, last] = window;
    if (first.scene !== last.scene) return 'scene change';
    if (!isEven([first.place, middle.place, last.place], step, source.spacing)) return 'uneven times';
    const crop = cropOf(scaling, settings.crop, random.fork(`crop ${first.index} ${step}`));
    const [picture] = first.pyramid;
    const measures = assessTriplet(
      {
        pyramids: [first.pyramid, middle.pyramid, last.pyramid],
        signatures: [first.signature, middle.signature, last.signature],
        part: mapRectangle(crop, scaling, picture!),
        scale: { x: scaling.width / picture!.width, y: scaling.height / picture!.height },
        motion: () => [motion(first, middle), motion(middle, last)],
      },
      settings,
    );
    if (typeof measures === 'string') return measures;
    return {
      frames: [first.index, middle.index, last.index],
      times: [first.time, middle.time, last.time],
      ...{ step, scene: first.scene, crop: { left: crop.left, top: crop.top }, ...measures },
    };
  };
}

/** Turns frames into what is kept of them; `undefined` for one that repeats the one before. */
function createObserver(source: FrameSource, settings: PrepareSettings) {
  const reduce = createReducer(source.width, source.height);
  const list = createSceneList(settings.cutThreshold);
  let previous: Seen | undefined;
  const observe = (next: SourceFrame): Seen | undefined => {
    const small = reduce(next.frame);
    const before = previous?.pyramid[0];
    if (before && largestDifference(before.luma, small.luma, small.width, small.height) < REPEAT_DIFFERENCE) {
      return undefined;
    }
    const { index, place } = next;
    const signature = describeFrame(small.frame);
    const pyramid = createPyramid({ luma: small.luma, width: small.width, height: small.height });
    const position = previous === undefined ? 0 : previous.position + 1;
    previous = {
      position,
      index,
      place,
      time: formatTime(next),
      scene: list.add(index, signature),
      signature,
      pyramid,
    };
    return previous;
  };
  return { observe, scenes: list.scenes };
}

function checkSize(source: FrameSource, { enlarges, cropWidth, cropHeight }: Scaling, settings: PrepareSettings) {
  if (!enlarges || settings.upscale) return;
  const cover = settings.cover === 1 ? '' : ` ${settings.cover} times`;
  throw new MediaError(
    source.input.path,
    `its frames of ${source.width} x ${source.height} are too small to cover ${cropWidth} x ${cropHeight}${cover}.`,
    { hint: 'Ask for a smaller size, or allow enlarging.' },
  );
}

/** Options of {@link analyseSource}. */
export interface AnalyseOptions {
  readonly settings: PrepareSettings;
  readonly onFrame?: (done: number) => void;
}

/**
 * Looks at every frame of a source once and finds the triplets that may be taken. Memory does not grow with the length but
 * for the list of triplets.
 * @throws MediaError if the source is damaged, too small or has less than three frames.
 */
export async function analyseSource(source: FrameSource, options: AnalyseOptions): Promise<Analysis> {
  const { settings, onFrame } = options;
  const scaling = scalingOf(source, settings);
  checkSize(source, scaling, settings);
  const judge = createJudge(source, scaling, settings);
  const { observe, scenes } = createObserver(source, settings);
  const depth = 2 * Math.max(...settings.steps) + 1;
  const recent: Seen[] = [];
  const dropped: Record<string, number> = {};
  const candidates: Candidate[] = [];
  let [frames, repeats] = [0, 0];
  for await (const next of source.frames()) {
    frames++;
    onFrame?.(frames);
    const seen = observe(next);
    if (!seen) {
      repeats++;
      continue;
    }
    recent.push(seen);
    if (recent.length > depth) recent.shift();
    for (const step of settings.steps) {
      const [first, middle] = [recent.at(-1 - 2 * step), recent.at(-1 - step)];
      if (!first || !middle || first.position % settings.every !== 0) continue;
      const verdict = judge([first, middle, seen], step);
      if (typeof verdict === 'string') dropped[verdict] = (dropped[verdict] ?? 0) + 1;
      else candidates.push(verdict);
    }
  }
  if (frames < 3) throw new MediaError(source.input.path, `a triplet takes three frames, found ${frames}.`);
  return { width: source.width, height: source.height, frames, repeats, scenes: [...scenes], dropped, candidates };
}
