import * as ort from 'onnxruntime-node';
import * as tf from '@vosvfi/runtime/tf';
import { exportOnnx } from '@vosvfi/runtime';
const model = exportOnnx(({ x }) => ({ y: tf.add(x!, 1) }), { x: { shape: [2, 3] } });
for (const ep of ['cuda', 'webgpu', 'tensorrt']) try { await ort.InferenceSession.create(model, { executionProviders: [ep], logSeverityLevel: 4 } as never); console.log(ep, 'ok'); } catch (e) { console.log(ep, (e as Error).message); }
