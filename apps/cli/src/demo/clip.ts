import { rm } from 'node:fs/promises';
import type { Frame, Interpolator } from '@vosvfi/core';
import { defaultCutThreshold, describeFrame, frameDifference, openVideo } from '@vosvfi/data';
import { interpolateVideo, type VideoResult } from '@vosvfi/interpolate';

/** Two frames of a clip and the new one between them. */
export interface ClipMoment {
  readonly before: Frame;
  readonly between: Frame;
  readonly after: Frame;
}

/** Interpolates `input` twofold into `output`. The interpolator is disposed of. */
export async function doubleFrameRate(
  input: string,
  output: string,
  interpolator: Interpolator,
  onFrame: (done: number, total: number | undefined) => void,
): Promise<VideoResult> {
  await rm(output, { force: true });
  return await interpolateVideo({
    input,
    output,
    openInterpolator: async () => interpolator,
    factor: 2,
    onProgress: (event) => {
      if (event.type === 'progress') onFrame(event.done, event.total);
    },
  });
}

/** The place of a twofold interpolated video where most moves, cuts aside. */
export async function liveliestMoment(file: string): Promise<ClipMoment | undefined> {
  let best: ClipMoment | undefined;
  let most = Number.NEGATIVE_INFINITY;
  let before: Frame | undefined;
  let between: Frame | undefined;
  let index = 0;
  for await (const frame of (await openVideo(file)).frames()) {
    if (index % 2 === 1) between = frame;
    else {
      if (before !== undefined && between !== undefined) {
        const difference = frameDifference(describeFrame(before), describeFrame(frame));
        if (difference > most && difference < defaultCutThreshold) {
          most = difference;
          best = { before, between, after: frame };
        }
      }
      before = frame;
    }
    index += 1;
  }
  return best;
}
