import type { Frame, Mask } from '@vosvfi/core';
import { matlabGray } from './luma.js';
import { maskedSquaredError } from './motion-mask.js';
import { type EightBitFrame, quantizeFrame } from './samples.js';
import { gaussianWindow, meanWindowedSsim, ssimConstants, ssimRows } from './windowed-ssim.js';

const WINDOW = gaussianWindow(11, 1.5);
/** MATLAB's `ssim` repeats the picture's edges, so that every pixel has a window. */
const REPEATED_EDGE = (WINDOW.length - 1) / 2;

/**
 * SSIM of two frames seen through a soft mask m = value / 255, as `eval_voxelflow.m` of Deep Voxel Flow has it for UCF101:
 * MATLAB's `ssim` (11x11 Gaussian of 1.5, edges repeated, L = 255) of m times the frames, rounded to 8 bits, in grey (`rgb2gray`,
 * rounded again). Range -1..1. The mean is over the whole picture, and what the mask blackens is alike in both, so a small mask
 * makes the value large: values of other masks are not comparable.
 *
 * `null` for an empty mask, and for frames that are equal inside it: that code leaves both out of its means.
 * @param mask Values 0..255, not labels.
 * @throws ShapeError if sizes differ; MediaError if a frame is not finite.
 */
export function maskedSsim(reference: Frame, distorted: Frame, mask: Mask): number | null {
  const error = maskedSquaredError(reference, distorted, mask);
  if (error === null || error === 0) return null;
  const [x, y] = [reference, distorted].map((frame) => matlabGray(seenThrough(quantizeFrame(frame), mask)));
  const rows = ssimRows({ x: x!, y: y!, width: reference.width });
  return meanWindowedSsim(rows, reference, WINDOW, REPEATED_EDGE, ssimConstants(255));
}

/** The frame times the mask, in single precision and then rounded to 8 bits, halves up, as MATLAB's `uint8` does. */
function seenThrough(frame: EightBitFrame, mask: Mask): Frame {
  const data = new Uint8Array(frame.data.length);
  for (let s = 0; s < data.length; s++) {
    const m = Math.fround(mask.data[Math.floor(s / 3)]! / 255);
    data[s] = Math.round(Math.fround(m * frame.data[s]!));
  }
  return { ...frame, data };
}
