import { createRandom } from '@vosvfi/core';
import { nodeCases } from '../test/webgpu/node-cases.js';
import { onProcessor, throughWebGpu } from '../test/webgpu/run-node-case.js';
const random = createRandom(11);
for (let t = 0; t < 6; t++) { const d = nodeCases['functions of floats']!(random); if (t < 5) continue;
  const [a, b] = [await onProcessor(d), await throughWebGpu(d)];
  a.forEach((e, o) => { const m = Math.max(1e-30, ...e.map(Math.abs)); e.forEach((v, i) => { if (!(Math.abs(v - b[o]![i]!) / m < 1e-5)) console.log('output', o, 'i', i, v, b[o]![i], 'max', m); }); }); }
