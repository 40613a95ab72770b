import { type HostTensor, hostTensor } from '@vosvfi/core';
import { createIfrnet } from '@vosvfi/models/ifrnet';
import { calibrate, compile, type Precision, type TensorFunction } from '@vosvfi/runtime';
import { readExchange } from '../exchange.js';
import { serve } from '../serve.js';
import { workerArguments } from './arguments.js';

const { tensors, threads } = workerArguments();
const { weights, inputs } = await readExchange(tensors);
const network = createIfrnet('ifrnet');
const signature = Object.fromEntries(Object.entries(inputs).map(([name, { shape }]) => [name, { shape }]));
const forward: TensorFunction = ({ frame0, frame1, t }, tensorWeights) => ({
  frame: network.forward(tensorWeights, { frame0: frame0!, frame1: frame1!, t: t! }).frame,
});

/** Runs once and forgets the session. */
async function frameWith(precision?: Precision): Promise<HostTensor> {
  const compiled = await compile(forward, signature, { weights, threads, ...(precision && { precision }) });
  const { frame } = await compiled.run(inputs);
  await compiled.dispose();
  return frame!;
}

/** Peak signal-to-noise ratio of samples 0..1, decibels. */
function psnr(a: HostTensor, b: HostTensor): number {
  const sum = (a.data as Float32Array).reduce((total, value, i) => total + (value - b.data[i]!) ** 2, 0);
  return -10 * Math.log10(sum / a.data.length);
}

// Other frames than those that are timed, as in use.
const { frame0, frame1, t } = inputs as { frame0: HostTensor; frame1: HostTensor; t: HostTensor };
const turned = (frame: HostTensor): HostTensor =>
  hostTensor(new Float32Array(frame.data as Float32Array).reverse(), frame.shape);
const calibration = await calibrate(forward, signature, [{ frame0: turned(frame1), frame1: turned(frame0), t }], {
  weights,
  threads,
});
const precision: Precision = { kind: 'int8', calibration, keepFloat: network.keepFloat ?? [] };
const change = psnr(await frameWith(precision), await frameWith());
const compiled = await compile(forward, signature, { weights, threads, precision });
const run = () => compiled.run(inputs);
await run();
console.error(`int8 against float32: ${change.toFixed(2)} dB (random weights and frames)`);
await serve({ run, check: {}, version: `VOSVFI int8, ${compiled.facts.nodes} nodes, ${change.toFixed(2)} dB` });
await compiled.dispose();
