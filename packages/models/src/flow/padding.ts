import { ConfigError } from '@vosvfi/core';
import type { Margins } from '@vosvfi/ops';

/**
 * Where frames are made larger with copies of their edge: `sintel`, the same on both sides; `kitti`, left and right, and
 * all of the height at the bottom. The names are those of the official InputPadder.
 */
export type FlowPadding = 'sintel' | 'kitti';

/** What frames have to be. */
export interface FlowSize {
  readonly multiple: number;
  /** At least this high and wide. Default: no limit. */
  readonly smallest?: number;
}

/**
 * Margins that make frames fit a flow network, for `padReplicate` and `unpad`.
 * @throws ConfigError unless height and width are positive integers.
 */
export function flowMargins(
  height: number,
  width: number,
  { multiple, smallest = 1 }: FlowSize,
  padding: FlowPadding = 'sintel',
): Margins {
  const missing = (name: string, side: number): number => {
    if (!Number.isInteger(side) || side < 1) throw new ConfigError(name, `expected a positive integer, found ${side}.`);
    return Math.ceil(Math.max(side, smallest) / multiple) * multiple - side;
  };
  const [vertical, horizontal] = [missing('height', height), missing('width', width)];
  const top = padding === 'kitti' ? 0 : Math.floor(vertical / 2);
  const left = Math.floor(horizontal / 2);
  return { top, bottom: vertical - top, left, right: horizontal - left };
}
