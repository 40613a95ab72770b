import { type Frame, type Mask, ShapeError, UnsupportedError } from '@vosvfi/core';
import { psnrFromMeanSquaredError } from './psnr.js';
import { commonScale, requireComparable } from './samples.js';

/**
 * How the squared error inside the mask is averaged.
 * - `correct`: over foreground pixels and channels.
 * - `divide-by-pixels`: summed over channels and divided by foreground pixels only, 4.77 dB lower.
 * - `released`: as the script published with VOS-VFI computes it: differences and squares of 8-bit numbers wrap modulo 256
 *   and the sum is divided by foreground pixels only. Large errors are under-counted. For comparison with printed tables only.
 */
export type ForegroundPsnrMode = 'correct' | 'divide-by-pixels' | 'released';

/**
 * PSNR in dB inside a mask (every label above 0, all objects merged).
 *
 * Range: above 0 in practice; `Infinity` for equal foregrounds, except in mode `released`, which gives 100;
 * `null` if the mask has no foreground. Source: the column marked with a dagger in table 1 of the VOS-VFI paper (ICCV 2023).
 * @throws ShapeError if sizes differ; UnsupportedError for mode `released` on float frames.
 */
export function foregroundPsnr(
  reference: Frame,
  distorted: Frame,
  mask: Mask,
  mode: ForegroundPsnrMode = 'correct',
): number | null {
  const error = foregroundError(reference, distorted, mask, mode);
  if (error === null) return null;
  if (mode === 'released' && error === 0) return 100;
  return psnrFromMeanSquaredError(error, commonScale(reference, distorted).peak);
}

/**
 * Mean squared error inside a mask, averaged as `mode` says, on the frames' own scale; `null` for an empty mask.
 * @throws ShapeError if sizes differ; UnsupportedError for mode `released` on float frames.
 */
export function foregroundError(
  reference: Frame,
  distorted: Frame,
  mask: Mask,
  mode: ForegroundPsnrMode = 'correct',
): number | null {
  requireComparable(reference, distorted);
  if (mask.width !== reference.width || mask.height !== reference.height) {
    throw new ShapeError(
      'mask',
      `the frames' size ${reference.width}x${reference.height}`,
      `${mask.width}x${mask.height}`,
    );
  }
  const { peak, factors } = commonScale(reference, distorted);
  if (mode === 'released' && peak !== 255) {
    throw new UnsupportedError('Foreground PSNR in mode "released" is defined for 8-bit frames only.', {
      hint: 'Quantize both frames first.',
    });
  }
  const squared = mode === 'released' ? wrappedSquare : square;
  let pixels = 0;
  let sum = 0;
  for (let i = 0; i < mask.data.length; i++) {
    if (mask.data[i] === 0) continue;
    pixels++;
    for (let s = 3 * i; s < 3 * i + 3; s++) {
      sum += squared(factors[0] * reference.data[s]! - factors[1] * distorted.data[s]!);
    }
  }
  if (pixels === 0) return null;
  return mode === 'correct' ? sum / (3 * pixels) : sum / pixels;
}

function square(difference: number): number {
  return difference * difference;
}

/** The sign does not matter: (-d)^2 and (256 - d)^2 are d^2 modulo 256. */
function wrappedSquare(difference: number): number {
  return (difference * difference) % 256;
}
