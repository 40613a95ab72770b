import { type Frame, type Mask, ShapeError } from '@vosvfi/core';
import { frameBytes } from '../image/frame-file.js';
import { createReducer } from '../prepare/reduce.js';
import { cleanMask } from './clean-mask.js';
import { analyseMotion, joinResiduals, type Motion } from './evidence.js';
import { estimateFlow, flowPicture } from './flow.js';
import { createPlane, lumaOf, type Plane } from './grey.js';
import { guidedUpsampling } from './guided-upsampling.js';
import { type LabelFrame, labelWindow } from './label-graph.js';
import { type MotionSettings, type MotionSettingsInput, parseMotionSettings } from './settings.js';
import { cutSuperpixels, opponentColours } from './superpixels.js';
import { textureTrust } from './texture.js';
import { otsuThreshold } from './threshold.js';

/** Radius, pixels of the small picture, and levels of grey of the border's refinement. */
const BORDER_RADIUS = 3;
const BORDER_TOLERANCE = 12;
/** Added to lengths before they are compared, pixels: nothing is twice as fast as nothing. */
const LENGTH_FLOOR = 0.1;
/** How much twice the threshold speaks for an object, and half of it against: 1 leaves no doubt. */
const MOTION_SLOPE = 0.6;

/** A frame and its small version. */
interface Prepared {
  readonly luma: Plane;
  readonly small: Plane;
  readonly colours: Float32Array;
}

function prepareFrames(frames: readonly Frame[], side: number): Prepared[] {
  const { width, height } = frames[0]!;
  const reduce = createReducer(width, height, side);
  return frames.map((frame) => {
    const bytes: Frame = { ...frame, data: frameBytes(frame) };
    const reduced = reduce(bytes);
    const small: Plane = { data: reduced.luma, width: reduced.width, height: reduced.height };
    return { luma: lumaOf(bytes), small, colours: opponentColours(reduced.frame) };
  });
}

/** The motion between two neighbours, both ways. */
interface Step {
  readonly forward: Motion;
  readonly backward: Motion;
}

function analyseSteps(frames: readonly Prepared[]): Step[] {
  const pictures = frames.map(({ small }) => flowPicture(small));
  return pictures.slice(1).map((next, k) => {
    const there = estimateFlow(pictures[k]!, next);
    const back = estimateFlow(next, pictures[k]!);
    return { forward: analyseMotion(there, back), backward: analyseMotion(back, there) };
  });
}

function labelFrames(frames: readonly Prepared[], steps: readonly Step[], settings: MotionSettings): LabelFrame[] {
  const residuals = frames.map((_, k) => joinResiduals(steps[k - 1]?.backward, steps[k]?.forward));
  return frames.map(({ small, colours }, k) => {
    const { width, height } = small;
    const texture = textureTrust(small);
    const residual = residuals[k]!;
    const least = Math.max(settings.minMotion, settings.noiseFactor * residual.noise);
    const threshold = Math.max(least, otsuThreshold(residual.length.data));
    const motion = residual.length.data.map((length, i) => {
      const doublings = Math.log2((length + LENGTH_FLOOR) / (threshold + LENGTH_FLOOR));
      return texture[i]! * Math.max(-1, Math.min(1, MOTION_SLOPE * doublings));
    });
    const pieces = cutSuperpixels(colours, width, height, settings.pieceStep);
    return { pieces, colours, residual, motion, next: steps[k]?.forward };
  });
}

/** Enlarges labels to the frame's size along its edges, and takes specks and holes out. */
function finishMask(labels: Uint8Array, { luma, small }: Prepared, settings: MotionSettings): Mask {
  const soft = createPlane(small.width, small.height);
  for (let i = 0; i < labels.length; i++) soft.data[i] = labels[i]!;
  const refined = guidedUpsampling(soft, small, luma, BORDER_RADIUS, BORDER_TOLERANCE);
  const { width, height } = luma;
  const data = Uint8Array.from(refined.data, (value) => (value > 0.5 ? 1 : 0));
  const leastPixels = settings.minPart * width * height;
  cleanMask(data, width, height, { leastPixels, leastShare: 0.05, leastHole: 4 * leastPixels });
  return { data, width, height };
}

/**
 * Marks what moves relative to the camera in neighbouring frames of a video; no network, no weights. Optical flow between
 * neighbours is freed of the camera's motion; what is left, the colours it teaches and smoothness in space and time label
 * superpixels of all frames together. Frames in which nothing moves by itself have empty masks; an object that rests is not
 * found, and large parts of the scene near the camera can be taken for objects.
 * @param frames two or more of one size, in order; at most a few dozen, all of which are kept in memory.
 * @returns a mask for each, labels 0 and 1.
 * @throws ShapeError if there are fewer than two frames or sizes differ; ConfigError for an invalid setting.
 */
export function segmentMotion(frames: readonly Frame[], settings: MotionSettingsInput = {}): Mask[] {
  const parsed = parseMotionSettings(settings);
  const [first] = frames;
  if (!first || frames.length < 2) throw new ShapeError('frames', 'two or more', `${frames.length}`);
  frames.forEach(({ width, height }, k) => {
    if (width === first.width && height === first.height) return;
    throw new ShapeError(`frame ${k}`, `${first.width} x ${first.height} as frame 0`, `${width} x ${height}`);
  });
  if (Math.min(first.width, first.height) < 32) {
    throw new ShapeError('frames', 'at least 32 pixels to each side', `${first.width} x ${first.height}`);
  }
  const prepared = prepareFrames(frames, parsed.side);
  const labelled = labelWindow(labelFrames(prepared, analyseSteps(prepared), parsed), parsed);
  return labelled.map((labels, k) => finishMask(labels, prepared[k]!, parsed));
}
