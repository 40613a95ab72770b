import { filterPlanes } from '../filter/filter-planes.js';
import { gaussianWindow, ssimConstants, ssimRows } from '../metrics/windowed-ssim.js';
import type { Plane } from './plane.js';

const WINDOW = gaussianWindow(11, 1.5);
const { c2 } = ssimConstants(255);

/**
 * Mean of the contrast and structure term of SSIM, 0..1, with negative values counted as 0: 11x11 Gaussian windows inside the
 * planes, for values on a scale of 255.
 */
export function contrastStructure(a: Plane, b: Plane): number {
  const { width, height } = a;
  const rows = ssimRows({ x: a.data, y: b.data, width });
  const outWidth = width - WINDOW.length + 1;
  let sum = 0;
  filterPlanes({
    ...{ width, height, planes: 4, windowHeight: WINDOW.length },
    passes: [1, width].map((step) => Array.from(WINDOW, (weight, i) => ({ offset: i * step, weight }))),
    readRow: (row, pictures) => rows(row, pictures, 0),
    takeRow: (_, [meanA, meanB, squares, products]) => {
      for (let x = 0; x < outWidth; x++) {
        const [ma, mb] = [meanA![x]!, meanB![x]!];
        const term = (2 * (products![x]! - ma * mb) + c2) / (squares![x]! - ma * ma - mb * mb + c2);
        sum += Math.max(0, term);
      }
    },
  });
  return sum / (outWidth * (height - WINDOW.length + 1));
}
