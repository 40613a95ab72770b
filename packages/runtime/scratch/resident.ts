import { ResidentTensors } from '../src/engines/resident-tensors.js';
import { openSession } from '../src/engines/graph-session.js';
import * as ort from 'onnxruntime-node';
import { GraphAssembler } from '../src/graph/builder.js';
import { writeModel } from '../src/onnx/write-model.js';
const g = new GraphAssembler();
const w = g.input('w', { shape: [2, 3], dtype: 'float32' }), x = g.input('x', { shape: [2, 3], dtype: 'float32' });
const w2 = g.node('Add', [w, x]); const t = g.node('ReduceSum', [w2], { keepdims: 0 });
const model = writeModel(g.finish([{ name: 'w2', value: w2 }, { name: 't', value: t }]));
const { session } = await openSession(model, 'graph-webgpu', 1, { preferredOutputLocation: { w2: 'gpu-buffer', t: 'cpu' } });
const r = new ResidentTensors('graph-webgpu');
let a = Float32Array.from([1, 2, 3, 4, 5, 6]), b = new Float32Array(6);
const total = new Float32Array(1);
for (let i = 0; i < 3; i++) {
  const res = await session.run({ w: r.of(a) ?? new ort.Tensor('float32', a, [2, 3]), x: new ort.Tensor('float32', new Float32Array(6).fill(1), [2, 3]) }, { w2: null as never, t: new ort.Tensor('float32', total, []) });
  r.set(b, res.w2!); [a, b] = [b, a];
  console.log(total, res.w2!.location, res.t!.data);
}
await r.fetch([a, b]); console.log(a, b);
r.dispose(); await session.release();
