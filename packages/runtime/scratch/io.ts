import * as ort from 'onnxruntime-node';
import * as tf from '@vosvfi/runtime/tf';
import { exportOnnx } from '@vosvfi/runtime';
const model = exportOnnx(({ x, w }) => ({ w2: tf.add(w!, tf.mul(x!, 0.5)), total: tf.sum(tf.mul(x!, w!)) }), { x: { shape: [2, 3] }, w: { shape: [2, 3] } });
console.log(ort.listSupportedBackends());
const t0 = Date.now();
const s = await ort.InferenceSession.create(model, { executionProviders: ['webgpu'], preferredOutputLocation: { w2: 'gpu-buffer', total: 'cpu' }, logSeverityLevel: 3 } as never);
console.log('created', Date.now() - t0);
const x = new ort.Tensor('float32', new Float32Array(6).fill(1), [2, 3]);
let w: ort.Tensor = new ort.Tensor('float32', Float32Array.from([0, 1, 2, 3, 4, 5]), [2, 3]);
for (let i = 0; i < 4; i++) {
  const r = await s.run({ x, w });
  console.log(r.total!.data, r.w2!.location, (r.w2 as never as {gpuBuffer: unknown}).gpuBuffer);
  w = r.w2!;
}
const id = exportOnnx(({ a }) => ({ y: tf.reshape(a!, [2, 3]) }), { a: { shape: [2, 3] } });
const s2 = await ort.InferenceSession.create(id, { executionProviders: ['webgpu'], logSeverityLevel: 3 });
console.log((await s2.run({ a: w })).y!.data);
await s.release(); await s2.release();
