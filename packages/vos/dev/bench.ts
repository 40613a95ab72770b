import { createRandom, hostTensor } from '@vosvfi/core';
import { compileTrainStep, initializeWeights } from '@vosvfi/runtime';
import * as tf from '@vosvfi/runtime/tf';
import { addObjectives, ifrnetObjective, vosObjective } from '../../losses/src/index.js';
import { createIfrnet } from '../../models/src/ifrnet/index.js';
import { createStcn, createStcnSegmenter } from '../src/stcn/index.js';

const [B, S] = [2, 224];
const r = createRandom(1);
const T = (c: number, m = false) =>
  hostTensor(
    Float32Array.from({ length: B * S * S * c }, () => (m ? (r.uniform() < 0.3 ? 1 : 0) : r.uniform())),
    [B, S, S, c],
  );
const batch = {
  frame0: T(3),
  frameT: T(3),
  frame1: T(3),
  mask0: T(1, true),
  maskT: T(1, true),
  mask1: T(1, true),
  t: hostTensor(new Float32Array(B).fill(0.5), [B, 1, 1, 1]),
};
const net = createIfrnet('ifrnet');
const stcn = createStcn('stcn_tiny');
const frozenW = initializeWeights(stcn.parameters, r);
const sgd = {
  id: 'sgd',
  slots: [],
  update: (p: tf.Tensor, g: tf.Tensor, _s: object, _t: tf.Scalar, lr: tf.Scalar) => ({
    parameter: tf.sub(p, tf.mul(g, lr)),
    slots: {},
  }),
};
const signature = (keys: string[]) => Object.fromEntries(keys.map((k) => [k, { shape: batch[k as 'frame0'].shape }]));
const plainKeys = ['frame0', 'frameT', 'frame1', 't'];
const make = (vos: boolean) =>
  compileTrainStep({
    parameters: initializeWeights(net.parameters, createRandom(2)),
    optimizer: sgd as never,
    threads: 2,
    frozen: vos ? frozenW : new Map(),
    signature: signature(vos ? Object.keys(batch) : plainKeys),
    loss: (w, x, frozen) => {
      const p = net.forwardTraining(w, x as never);
      const base = ifrnetObjective(p, { frameT: x.frameT! });
      return vos
        ? addObjectives(base, vosObjective(createStcnSegmenter(stcn, frozen), { ...x, frame: p.frame } as never))
        : base;
    },
  });
const steps = [await make(false), await make(true)];
console.log(steps.map((s) => s.facts));
const pick = (keys: string[]) => Object.fromEntries(keys.map((k) => [k, batch[k as 'frame0']]));
const best = [1e9, 1e9];
for (let i = 0; i < 7; i++)
  for (const v of [0, 1]) {
    const t0 = performance.now();
    const out = await steps[v]!.run(v ? batch : pick(plainKeys), { learningRate: 1e-6 });
    const dt = performance.now() - t0;
    if (i > 0) best[v] = Math.min(best[v]!, dt);
    console.log(v, dt.toFixed(0), i === 0 ? out : '');
  }
console.log('ratio', best[1]! / best[0]!, best);
