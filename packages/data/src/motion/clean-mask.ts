/** Connected parts of one value in a mask. */
interface Parts {
  /** [height, width]: part of each pixel, from 0; -1 for pixels of the other value. */
  readonly labels: Int32Array;
  readonly sizes: readonly number[];
  /** True for parts that touch the rim. */
  readonly onRim: readonly boolean[];
}

/** The parts of `mask` that have `value`; pixels are neighbours to four sides. */
function partsOf(mask: Uint8Array, width: number, height: number, value: number): Parts {
  const labels = new Int32Array(mask.length).fill(-1);
  const sizes: number[] = [];
  const onRim: boolean[] = [];
  const queue = new Int32Array(mask.length);
  for (let start = 0; start < mask.length; start++) {
    if (mask[start] !== value || labels[start]! >= 0) continue;
    const part = sizes.length;
    let [head, tail, rim] = [0, 0, false];
    queue[tail++] = start;
    labels[start] = part;
    while (head < tail) {
      const i = queue[head++]!;
      const x = i % width;
      const isRim = x === 0 || x === width - 1 || i < width || i >= width * (height - 1);
      rim ||= isRim;
      for (const j of [x > 0 ? i - 1 : -1, x < width - 1 ? i + 1 : -1, i - width, i + width]) {
        if (j < 0 || j >= mask.length || mask[j] !== value || labels[j]! >= 0) continue;
        labels[j] = part;
        queue[tail++] = j;
      }
    }
    sizes.push(tail);
    onRim.push(rim);
  }
  return { labels, sizes, onRim };
}

/** What {@link cleanMask} takes out and fills. */
export interface CleanOptions {
  /** Specks: parts of fewer pixels go, and those below `leastShare` of the largest part. */
  readonly leastPixels: number;
  readonly leastShare: number;
  /** Holes of fewer pixels are filled, unless they touch the rim. */
  readonly leastHole: number;
}

/** Takes specks out of a mask of 0 and 1, and fills holes; in place. */
export function cleanMask(
  mask: Uint8Array,
  width: number,
  height: number,
  { leastPixels, leastShare, leastHole }: CleanOptions,
): void {
  const holes = partsOf(mask, width, height, 0);
  for (let i = 0; i < mask.length; i++) {
    const part = holes.labels[i]!;
    if (part >= 0 && !holes.onRim[part] && holes.sizes[part]! < leastHole) mask[i] = 1;
  }
  const objects = partsOf(mask, width, height, 1);
  const least = Math.max(leastPixels, leastShare * objects.sizes.reduce((most, size) => Math.max(most, size), 0));
  for (let i = 0; i < mask.length; i++) {
    const part = objects.labels[i]!;
    if (part >= 0 && objects.sizes[part]! < least) mask[i] = 0;
  }
}
