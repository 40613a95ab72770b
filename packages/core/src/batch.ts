import type { HostTensor } from './tensor.js';

/**
 * Batches for training. `batch(step)` is a pure function of `step` (counted from 0) and of the source's own seed,
 * however many workers prepare it, so that a resumed run sees what an unbroken one would have seen.
 *
 * Keys of a frame-interpolation batch, NHWC float32:
 * `frame0`, `frameT`, `frame1` [B, H, W, 3] RGB 0..1; `t` [B, 1, 1, 1] in (0, 1);
 * with masks `mask0`, `maskT`, `mask1` [B, H, W, 1], 0 or 1;
 * with flow `flow` [B, H, W, 4]: t->0 (x, y), t->1 (x, y) in pixels.
 */
export interface BatchSource {
  batch(step: number): Promise<Record<string, HostTensor>>;
  /** Names of the samples of a batch, in its order, for messages; absent where samples have none. May be slow. */
  names?(step: number): Promise<readonly string[]>;
  dispose(): Promise<void>;
}
