import type * as tf from '@vosvfi/runtime/tf';

/**
 * Receives what goes into an activation, with the key of the convolution that made it or, where several layers made it
 * together, of the activation.
 */
export type ActivationObserver = (key: string, value: tf.Tensor4D) => void;
