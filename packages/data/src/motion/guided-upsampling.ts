import { createPlane, type Plane, sampleAt } from './grey.js';

/** Mean over squares of 2 radius + 1 pixels, cut off at the rim. */
export function boxMean({ data, width, height }: Plane, radius: number): Plane {
  const across = new Float64Array(width * height);
  for (let y = 0; y < height; y++) {
    let sum = 0;
    let count = 0;
    for (let x = -radius; x < width; x++) {
      if (x + radius < width) {
        sum += data[y * width + x + radius]!;
        count++;
      }
      if (x - radius - 1 >= 0) {
        sum -= data[y * width + x - radius - 1]!;
        count--;
      }
      if (x >= 0) across[y * width + x] = sum / count;
    }
  }
  const out = createPlane(width, height);
  for (let x = 0; x < width; x++) {
    let sum = 0;
    let count = 0;
    for (let y = -radius; y < height; y++) {
      if (y + radius < height) {
        sum += across[(y + radius) * width + x]!;
        count++;
      }
      if (y - radius - 1 >= 0) {
        sum -= across[(y - radius - 1) * width + x]!;
        count--;
      }
      if (y >= 0) out.data[y * width + x] = sum / count;
    }
  }
  return out;
}

const product = (a: Plane, b: Plane): Plane => ({ ...a, data: a.data.map((value, i) => value * b.data[i]!) });

/**
 * Enlarges a soft mask so that its border follows the edges of the large picture: the mask is locally a linear function of
 * the picture's luma (He and Sun, "Fast Guided Filter", 2015).
 * @param mask small, 0..1; @param guide luma 0..255 of the same size; @param large luma of the full size.
 * @param radius pixels of the small picture; @param tolerance levels of grey below which edges are not followed.
 * @returns of the full size, about 0..1.
 */
export function guidedUpsampling(mask: Plane, guide: Plane, large: Plane, radius: number, tolerance: number): Plane {
  const [meanMask, meanGuide] = [boxMean(mask, radius), boxMean(guide, radius)];
  const both = boxMean(product(mask, guide), radius);
  const square = boxMean(product(guide, guide), radius);
  const slope = createPlane(mask.width, mask.height);
  const shift = createPlane(mask.width, mask.height);
  for (let i = 0; i < slope.data.length; i++) {
    const [m, g] = [meanMask.data[i]!, meanGuide.data[i]!];
    slope.data[i] = (both.data[i]! - m * g) / (square.data[i]! - g * g + tolerance * tolerance);
    shift.data[i] = m - slope.data[i]! * g;
  }
  const [a, b] = [boxMean(slope, radius), boxMean(shift, radius)];
  if (large.width === mask.width && large.height === mask.height) {
    return { ...large, data: large.data.map((value, i) => a.data[i]! * value + b.data[i]!) };
  }
  const out = createPlane(large.width, large.height);
  const [sx, sy] = [mask.width / large.width, mask.height / large.height];
  for (let y = 0, i = 0; y < large.height; y++) {
    for (let x = 0; x < large.width; x++, i++) {
      const [px, py] = [(x + 0.5) * sx - 0.5, (y + 0.5) * sy - 0.5];
      out.data[i] = sampleAt(a, px, py) * large.data[i]! + sampleAt(b, px, py);
    }
  }
  return out;
}
