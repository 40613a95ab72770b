import { compile } from '../src/compile.js';
import * as tf from '../src/tf.js';
const t0 = Date.now();
const c = await compile(({ x }) => ({ y: tf.sum(tf.conv2d(x as tf.Tensor4D, tf.ones([3, 3, 1, 1]), 1, 'same')) }), { x: { shape: [1, 8, 8, 1] } }, { engine: 'webgpu' });
console.log('ready', Date.now() - t0);
console.log(await c.run({ x: { data: new Float32Array(64).fill(1), shape: [1, 8, 8, 1], dtype: 'float32' } }));
await c.dispose();
console.log(c.facts);
