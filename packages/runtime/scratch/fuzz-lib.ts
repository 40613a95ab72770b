import * as ort from 'onnxruntime-node';
import { GraphAssembler } from '../src/graph/builder.js';
import { lowerForWebGpu } from '../src/passes/webgpu/lower-for-webgpu.js';
import { writeModel } from '../src/onnx/write-model.js';
import { createRandom, sizeOf } from '@vosvfi/core';
const random = createRandom(5);
export const rnd = random;
export type Build = (g: GraphAssembler, ins: string[]) => string[];
export async function diff(shapes: number[][], build: Build, opts: { data?: (i: number, n: number) => Float32Array | Int32Array; dtypes?: string[]; level?: string; constants?: number[] } = {}): Promise<{ err: number; note: string }> {
  const g = new GraphAssembler();
  const datas = shapes.map((s, i) => opts.data?.(i, sizeOf(s)) ?? Float32Array.from({ length: sizeOf(s) }, () => random.uniform(-1, 1)));
  const ins = shapes.map((s, i) => opts.constants?.includes(i) ? g.constant({ dtype: 'float32', shape: s, data: datas[i] as Float32Array }) : g.input(`i${i}`, { shape: s, dtype: (opts.dtypes?.[i] ?? 'float32') as never }));
  const outs = build(g, ins);
  const graph = g.finish(outs.map((value, i) => ({ name: `o${i}`, value })));
  const models = [writeModel(graph), writeModel(lowerForWebGpu(graph))];
  const feeds = Object.fromEntries(shapes.map((s, i) => [`i${i}`, new ort.Tensor((opts.dtypes?.[i] ?? 'float32') as 'float32', datas[i] as Float32Array, s)] as const).filter(([k]) => !opts.constants?.includes(Number(k.slice(1)))));
  const res: Record<string, ort.Tensor>[] = [];
  for (const ep of ['cpu', 'webgpu']) {
    try {
      const s = await ort.InferenceSession.create(models[ep === 'cpu' ? 0 : 1]!, { executionProviders: [ep], logSeverityLevel: 4, ...(ep === 'webgpu' && { extra: { session: { disable_cpu_ep_fallback: '1' } } }), graphOptimizationLevel: opts.level ?? 'all', intraOpNumThreads: 1 } as never);
      res.push(await s.run(feeds)); await s.release();
    } catch (e) { return { err: NaN, note: `${ep}: ${(e as Error).message.slice(0, 300)}` }; }
  }
  let err = 0; let mx = 1e-30;
  for (const k of Object.keys(res[0]!)) {
    const [a, b] = [res[0]![k]!.data as Float32Array, res[1]![k]!.data as Float32Array];
    for (let i = 0; i < a.length; i++) { mx = Math.max(mx, Math.abs(Number(a[i]))); const d = Math.abs(Number(a[i]) - Number(b[i])); err = Math.max(err, Number.isNaN(d) ? (Object.is(a[i], b[i]) ? 0 : Infinity) : d); }
  }
  return { err: err / mx, note: '' };
}
