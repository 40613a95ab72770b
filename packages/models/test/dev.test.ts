import { readFileSync } from 'node:fs';
import * as tf from '@vosvfi/runtime/tf';
import { expect, it } from 'vitest';
import { createIfrnet, type IfrnetPreset, ifrnetPresets } from '../src/ifrnet/index.js';
import { generateWeight, readTensors, relativeError, toNchw, toNhwc, type WeightRule } from './oracle-file.js';

it.each(Object.keys(ifrnetPresets) as IfrnetPreset[])('params %s', (id) => {
  const rules = JSON.parse(readFileSync(`/work/shared/oracles/${id}/params.json`, 'utf8'));
  const n = createIfrnet(id);
  expect(n.parameters.map(({ key, shape }) => [key, shape])).toEqual(rules.map((r: WeightRule) => [r.key, r.shape]));
  console.log(
    id,
    n.parameters.reduce((a, { shape }) => a + shape.reduce((x, y) => x * y, 1), 0),
  );
});
it('forward', async () => {
  await tf.setBackend('cpu');
  const dir = '/work/shared/oracles/ifrnet_s/';
  const rules = JSON.parse(readFileSync(`${dir}params.json`, 'utf8')) as WeightRule[];
  const w = new Map(rules.map((r) => [r.key, generateWeight(r)]));
  const tw = new Map([...w].map(([k, v]) => [k, tf.tensor(v.data, [...v.shape])]));
  const t = readTensors(`${dir}tensors.safetensors`);
  const n = createIfrnet('ifrnet_s');
  const t0 = performance.now();
  const out = n.forward(tw, {
    frame0: toNhwc(t.get('in.img0')!),
    frame1: toNhwc(t.get('in.img1')!),
    t: tf.fill([1, 1, 1, 1], 0.5),
  });
  console.log(performance.now() - t0);
  const e = (a: tf.Tensor, k: string) => console.log(k, relativeError(toNchw(a), t.get(k)!));
  e(out.frame, 't050.out.imgt_pred');
  e(out.flowT0, 't050.mid.flow_t0_full');
  e(out.decoded[3]!, 't050.mid.decoder4');
  e(out.encoded1[2]!, 'mid.enc1.f3');
  const half = n.forward(tw, {
    frame0: toNhwc(t.get('in.img0')!),
    frame1: toNhwc(t.get('in.img1')!),
    t: tf.fill([1, 1, 1, 1], 0.5),
    scale: 0.5,
  });
  e(half.frame, 't050.out.imgt_pred.scale050');
});
