import { ConfigError, type Frame, type Mask } from '@vosvfi/core';
import { dilateByDisk } from '../davis/disk-match.js';
import { foregroundPsnr } from './foreground-psnr.js';

/**
 * The pixels near an object's outline: 1 where the pixel's centre is within `radius` pixels (Euclidean, inclusive) of a
 * boundary pixel. A boundary pixel is one whose label differs from that of its right, lower or lower-right neighbour, so
 * outlines between two objects count too; the picture's own edge is no boundary.
 * @throws ConfigError if `radius` is not a whole number of at least 0.
 */
export function boundaryBand({ data, width, height }: Mask, radius: number): Mask {
  if (!(Number.isInteger(radius) && radius >= 0)) {
    throw new ConfigError('radius', `expected a whole number of at least 0, found ${radius}.`);
  }
  const boundary = new Uint8Array(width * height);
  for (let y = 0, i = 0; y < height; y++) {
    const down = y + 1 < height ? width : 0;
    for (let x = 0; x < width; x++, i++) {
      const right = x + 1 < width ? 1 : 0;
      const label = data[i];
      const isBoundary = label !== data[i + right] || label !== data[i + down] || label !== data[i + down + right];
      boundary[i] = isBoundary ? 1 : 0;
    }
  }
  return { data: dilateByDisk(boundary, width, height, radius), width, height };
}

/**
 * PSNR in dB over the {@link boundaryBand} of the true mask. Range: above 0 in practice; `Infinity` for equal bands; `null`
 * if the mask has no boundary.
 *
 * The measure is free of any task: where to look is decided by the true mask and what is compared are colours, so no
 * segmentation network sees the frame. A network that was trained to please one gains nothing here unless its pixels
 * around outlines are right.
 * @param mask True labels at the time of the frames.
 * @throws ShapeError if sizes differ; ConfigError if `radius` is not a whole number of at least 0.
 */
export function boundaryPsnr(reference: Frame, distorted: Frame, mask: Mask, radius = 3): number | null {
  return foregroundPsnr(reference, distorted, boundaryBand(mask, radius));
}
