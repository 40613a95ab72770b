import * as tf from '@tensorflow/tfjs';

/** What a gradient function returns: how to make the gradient of each input, by the kernel's names. */
export type InputGradients = Readonly<Record<string, () => tf.Tensor>>;

/** One gradient for all engines; it takes the place of TensorFlow.js's own. */
export interface GradientDefinition<Attrs> {
  /** Names of the inputs that `gradient` gets. */
  readonly inputs?: readonly string[];
  /** Which outputs `gradient` gets, behind the inputs. */
  readonly outputs?: readonly boolean[];
  /**
   * @param dy Gradient of the output; for kernels of several outputs, of all of them.
   * @param saved What `inputs` and `outputs` name.
   */
  gradient(dy: tf.Tensor | tf.Tensor[], saved: readonly tf.Tensor[], attributes: Attrs): InputGradients;
}

/** Registers a gradient. Gradients are written with ops that every engine has. */
export function defineGradient<Attrs>(
  kernelName: string,
  { inputs = [], outputs = [], gradient }: GradientDefinition<Attrs>,
): void {
  tf.registerGradient({
    kernelName,
    inputsToSave: [...inputs],
    outputsToSave: [...outputs],
    // tfjs types attributes by kernel name only.
    gradFunc: (dy, saved, attributes) => ({ ...gradient(dy, saved, attributes as unknown as Attrs) }),
  });
}

/** For inputs without a slope, such as conditions and positions. */
export function flat(x: tf.Tensor): tf.Tensor {
  return tf.zeros(x.shape);
}

/** The gradient of what was broadcast from `shape` to the shape of `dy`. */
export function summedTo(dy: tf.Tensor, shape: readonly number[]): tf.Tensor {
  const more = dy.rank - shape.length;
  const axes = dy.shape.flatMap((extent, axis) =>
    axis < more || (shape[axis - more] === 1 && extent > 1) ? [axis] : [],
  );
  return tf.reshape(axes.length === 0 ? dy : tf.sum(dy, axes), [...shape]);
}
