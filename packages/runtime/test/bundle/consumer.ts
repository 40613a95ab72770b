// What a program that depends on the packages might be: it names none of the modules that prepare TensorFlow.js.
import { compile, type EngineId } from '@vosvfi/runtime';
import * as tf from '@vosvfi/runtime/tf';

/** The slope of a function whose condition is made of what it is differentiated by: tfjs itself has none for `Less`. */
const slope = tf.grad((x: tf.Tensor) => tf.sum(tf.where(tf.less(x, 0), tf.mul(x, 2), x)));

const results: Record<string, number[]> = { eager: [...slope(tf.tensor1d([1, -1])).dataSync()] };
for (const engine of ['graph', 'cpu'] satisfies EngineId[]) {
  const compiled = await compile(({ x }) => ({ y: slope(x as tf.Tensor) }), { x: { shape: [2] } }, { engine });
  const { y } = await compiled.run({ x: { data: Float32Array.of(1, -1), shape: [2], dtype: 'float32' } });
  results[engine] = [...(y?.data ?? [])];
  await compiled.dispose();
}
process.stdout.write(JSON.stringify(results));
