import type { Mask } from '@vosvfi/core';

/** A rectangle of a picture, in pixels; sides need not be whole numbers. */
export interface Window {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** How a window follows objects. */
export interface WindowRules {
  /** Largest share of the window's sides that the objects take up. */
  readonly fill: number;
  /** Smallest share of the picture's sides that the window has. */
  readonly smallest: number;
}

/** Share of the way (on a logarithmic scale) to the wanted size that is gone from one frame to the next. */
const PACE = 0.25;
/** Growth from one frame to the next while no object is seen. */
const GROWTH = 1.25;

/** Void in data sets' masks. */
const voidLabel = 255;

/** A rectangle by its sides. */
interface Bounds {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** The rectangle around all objects; undefined without any. */
function boundsOf(masks: readonly Mask[]): Bounds | undefined {
  let bounds: Bounds | undefined;
  for (const { data, width } of masks) {
    for (let pixel = 0; pixel < data.length; pixel++) {
      if (data[pixel] === 0 || data[pixel] === voidLabel) continue;
      const [x, y] = [pixel % width, Math.floor(pixel / width)];
      bounds = {
        left: Math.min(bounds?.left ?? x, x),
        top: Math.min(bounds?.top ?? y, y),
        right: Math.max(bounds?.right ?? 0, x + 1),
        bottom: Math.max(bounds?.bottom ?? 0, y + 1),
      };
    }
  }
  return bounds;
}

/** The picture as a window. */
export function wholePicture({ width, height }: { width: number; height: number }): Window {
  return { left: 0, top: 0, width, height };
}

/** A window of the picture's shape around the objects of masks of the picture's size. */
export function windowAround(masks: readonly [Mask, ...Mask[]], rules: WindowRules): Window {
  const bounds = boundsOf(masks);
  const [{ width, height }] = masks;
  if (bounds === undefined) return wholePicture(masks[0]);
  return place({ width, height }, wantedShare(bounds, masks[0], rules), centreOf(bounds));
}

/**
 * The window for the next frame: in the middle of what was found, of a size that changes slowly; it grows while nothing
 * is found, up to the whole picture.
 */
export function followingWindow(found: Mask, before: Window, rules: WindowRules): Window {
  const bounds = boundsOf([found]);
  const share = before.width / found.width;
  if (bounds === undefined) {
    const { left, top, width, height } = before;
    return place(found, Math.min(1, share * GROWTH), [left + width / 2, top + height / 2]);
  }
  return place(found, share * (wantedShare(bounds, found, rules) / share) ** PACE, centreOf(bounds));
}

function wantedShare(
  { left, top, right, bottom }: Bounds,
  { width, height }: { width: number; height: number },
  { fill, smallest }: WindowRules,
): number {
  const needed = Math.max((right - left) / width, (bottom - top) / height) / fill;
  return Math.min(1, Math.max(smallest, needed));
}

function centreOf({ left, top, right, bottom }: Bounds): readonly [number, number] {
  return [(left + right) / 2, (top + bottom) / 2];
}

function place(
  { width, height }: { width: number; height: number },
  share: number,
  [x, y]: readonly [number, number],
): Window {
  const size = { width: width * share, height: height * share };
  return {
    ...size,
    left: Math.min(width - size.width, Math.max(0, x - size.width / 2)),
    top: Math.min(height - size.height, Math.max(0, y - size.height / 2)),
  };
}
