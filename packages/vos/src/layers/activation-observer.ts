import type * as tf from '@vosvfi/runtime/tf';

/** Receives what goes into a ReLU, with the key of the last normalization that made it. */
export type ActivationObserver = (key: string, value: tf.Tensor4D) => void;
