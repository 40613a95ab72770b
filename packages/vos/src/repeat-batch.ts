import * as tf from '@vosvfi/runtime/tf';

/** The whole batch `times` times over: sample b of copy m is row m B + b. */
export function repeatBatch<T extends tf.Tensor>(x: T, times: number): T {
  return times === 1 ? x : (tf.concat(new Array<T>(times).fill(x), 0) as T);
}
