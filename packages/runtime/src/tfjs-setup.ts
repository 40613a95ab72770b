import { cast, type DataType, env, registerGradient, type Tensor, zerosLike } from '@tensorflow/tfjs';

// Silences tfjs's advertisement for its native back-end: libraries do not print.
env().set('PROD', true);

/**
 * Steps are flat wherever they have a slope. tfjs says so for GreaterEqual only, so that a condition made of a tensor
 * that is being differentiated (`tf.where(tf.greater(x, 0), ...)`) would otherwise be an error.
 */
for (const kernelName of ['Greater', 'Less', 'LessEqual', 'Equal', 'NotEqual', 'LogicalAnd', 'LogicalOr']) {
  registerGradient({
    kernelName,
    inputsToSave: ['a', 'b'],
    gradFunc: (_, [a, b]) => ({ a: () => flat(a as Tensor), b: () => flat(b as Tensor) }),
  });
}

registerGradient({
  kernelName: 'LogicalNot',
  inputsToSave: ['x'],
  gradFunc: (_, [x]) => ({ x: () => flat(x as Tensor) }),
});

function flat(x: Tensor): Tensor {
  return cast(zerosLike(x), 'float32' satisfies DataType);
}
