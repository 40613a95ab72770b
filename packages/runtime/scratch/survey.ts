import * as ort from 'onnxruntime-node';
import { GraphAssembler } from '../src/graph/builder.js';
import { writeModel } from '../src/onnx/write-model.js';
type B = (g: GraphAssembler, x: string, i: string, b: string, x4: string) => string;
const u = (op: string, a: object = {}): [string, B] => [op, (g, x) => g.node(op, [x], a as never)];
const i = (op: string, a: object = {}): [string, B] => [`${op}:int32`, (g, _x, i) => g.node(op, [i], a as never)];
const b2 = (op: string): [string, B][] => [[op, (g, x) => g.node(op, [x, x])], [`${op}:int32`, (g, _x, i) => g.node(op, [i, i])]];
const red = (op: string): [string, B][] => [[op, (g, x) => g.node(op, [x, g.int64([1])], { keepdims: 0 })], [`${op}:int32`, (g, _x, i) => g.node(op, [i, g.int64([1])], { keepdims: 0 })]];
const cases: [string, B][] = [
  ...['Abs','Acos','Acosh','Asin','Asinh','Atan','Atanh','Ceil','Cos','Cosh','Erf','Exp','Floor','IsInf','IsNaN','Log','Neg','Reciprocal','Relu','Round','Selu','Sigmoid','Sign','Sin','Sinh','Softplus','Sqrt','Tan','Tanh','Identity','Not'].map((op) => u(op)),
  ['Not', (g, _x, _i, b) => g.node('Not', [b])], ['Identity:int32', (g, _x, i) => g.node('Identity', [i])], ['Identity:bool', (g, _x, _i, b) => g.node('Identity', [b])],
  i('Abs'), i('Neg'), i('Sign'), u('Elu', { alpha: 1 }), u('LeakyRelu', { alpha: 0.1 }), u('Softmax', { axis: -1 }), u('LogSoftmax', { axis: -1 }), u('Softmax', { axis: 0 }),
  ...['Add','Sub','Mul','Div','Max','Min','Pow','Mod','Equal','Greater','GreaterOrEqual','Less','LessOrEqual'].flatMap(b2),
  ['Mod:fmod', (g, x) => g.node('Mod', [x, x], { fmod: 1 })],
  ['Equal:bool', (g, _x, _i, b) => g.node('Equal', [b, b])], ['And', (g, _x, _i, b) => g.node('And', [b, b])], ['Or', (g, _x, _i, b) => g.node('Or', [b, b])], ['Xor', (g, _x, _i, b) => g.node('Xor', [b, b])],
  ['Sum', (g, x) => g.node('Sum', [x, x, x])], ['PRelu', (g, x) => g.node('PRelu', [x, g.float32([1, 2, 3, 4], [4])])], ['Clip', (g, x) => g.node('Clip', [x, g.scalar(0, 'float32'), g.scalar(1, 'float32')])], ['Clip:int32', (g, _x, i) => g.node('Clip', [i, g.scalar(0, 'int32'), g.scalar(1, 'int32')])],
  ['Where', (g, x, _i, b) => g.node('Where', [b, x, x])], ['Where:int32', (g, _x, i, b) => g.node('Where', [b, i, i])], ['Where:bool', (g, _x, _i, b) => g.node('Where', [b, b, b])],
  ...['ReduceSum','ReduceMean','ReduceMax','ReduceMin','ReduceProd','ReduceSumSquare','ReduceL2'].flatMap(red),
  ['ArgMax', (g, x) => g.node('ArgMax', [x], { axis: 1, keepdims: 0 })], ['ArgMin', (g, x) => g.node('ArgMin', [x], { axis: 1, keepdims: 0 })], ['ArgMax:int32', (g, _x, i) => g.node('ArgMax', [i], { axis: 1, keepdims: 0 })],
  ['TopK', (g, x) => g.nodes('TopK', [x, g.int64([2])], 2)[0]!], ['TopK:int32', (g, _x, i) => g.nodes('TopK', [i, g.int64([2])], 2)[0]!],
  ['CumSum', (g, x) => g.node('CumSum', [x, g.scalar(1, 'int32')])], ['CumSum:int32', (g, _x, i) => g.node('CumSum', [i, g.scalar(1, 'int32')])],
  ['MaxPool', (g, _x, _i, _b, x4) => g.node('MaxPool', [x4], { kernel_shape: [2, 2] })], ['MaxPool:indices', (g, _x, _i, _b, x4) => g.nodes('MaxPool', [x4], 2, { kernel_shape: [2, 2] })[1]!], ['AveragePool', (g, _x, _i, _b, x4) => g.node('AveragePool', [x4], { kernel_shape: [2, 2] })], ['MaxPool:dilated', (g, _x, _i, _b, x4) => g.node('MaxPool', [x4], { kernel_shape: [2, 2], dilations: [2, 2] })],
  ['Conv', (g, _x, _i, _b, x4) => g.node('Conv', [x4, g.float32(new Float32Array(24).fill(1), [2, 3, 2, 2])])], ['ConvTranspose', (g, _x, _i, _b, x4) => g.node('ConvTranspose', [x4, g.float32(new Float32Array(24).fill(1), [3, 2, 2, 2])])], ['Conv:group', (g, _x, _i, _b, x4) => g.node('Conv', [x4, g.float32(new Float32Array(12).fill(1), [3, 1, 2, 2])], { group: 3 })], ['ConvTranspose:group', (g, _x, _i, _b, x4) => g.node('ConvTranspose', [x4, g.float32(new Float32Array(12).fill(1), [3, 1, 2, 2])], { group: 3 })],
  ['ConvTranspose:outpad', (g, _x, _i, _b, x4) => g.node('ConvTranspose', [x4, g.float32(new Float32Array(24).fill(1), [3, 2, 2, 2])], { strides: [2, 2], output_padding: [1, 1] })],
  ['MatMul', (g, x) => g.node('MatMul', [x, g.float32(new Float32Array(16), [4, 4])])], ['Gemm', (g, x) => g.node('Gemm', [x, x], { transB: 1 })], ['Einsum', (g, x) => g.node('Einsum', [x, x], { equation: 'ij,kj->ik' })],
  ['Gather', (g, x, i) => g.node('Gather', [x, g.int32([0, 1], [2])], { axis: 1 })], ['Gather:int64', (g, x) => g.node('Gather', [x, g.int64([0, 1])], { axis: 1 })], ['Gather:int32data', (g, _x, i) => g.node('Gather', [i, g.int32([0, 1], [2])], { axis: 1 })], ['Gather:bool', (g, _x, _i, b) => g.node('Gather', [b, g.int32([0, 1], [2])], { axis: 1 })],
  ['GatherND', (g, x) => g.node('GatherND', [x, g.int64([0, 1], [1, 2])])], ['GatherND:int32', (g, _x, i) => g.node('GatherND', [i, g.int64([0, 1], [1, 2])])], ['GatherND:dynidx', (g, x, i) => g.node('GatherND', [x, g.node('Cast', [g.node('Slice', [i, g.int64([0]), g.int64([2]), g.int64([1])]), ], { to: 7 })])], ['GatherElements', (g, x, i) => g.node('GatherElements', [x, i], { axis: 1 })],
  ['ScatterND:add', (g, x) => g.node('ScatterND', [x, g.int64([0, 1], [1, 2]), g.float32([2], [1])], { reduction: 'add' })], ['ScatterND', (g, x) => g.node('ScatterND', [x, g.int64([0, 1], [1, 2]), g.float32([2], [1])])], ['ScatterND:add:int32', (g, _x, i) => g.node('ScatterND', [i, g.int64([0, 1], [1, 2]), g.int32([2], [1])], { reduction: 'add' })], ['ScatterElements:add', (g, x) => g.node('ScatterElements', [x, g.int64([0, 1], [1, 2]), g.float32([2, 1], [1, 2])], { reduction: 'add', axis: 1 })],
  ['Cast:f->i', (g, x) => g.node('Cast', [x], { to: 6 })], ['Cast:i->f', (g, _x, i) => g.node('Cast', [i], { to: 1 })], ['Cast:b->f', (g, _x, _i, b) => g.node('Cast', [b], { to: 1 })], ['Cast:f->b', (g, x) => g.node('Cast', [x], { to: 9 })], ['Cast:i->b', (g, _x, i) => g.node('Cast', [i], { to: 9 })], ['Cast:i->i64->f', (g, _x, i) => g.node('Cast', [g.node('Cast', [i], { to: 7 })], { to: 1 })], ['Cast:b->i', (g, _x, _i, b) => g.node('Cast', [b], { to: 6 })],
  ['Transpose', (g, x) => g.node('Transpose', [x], { perm: [1, 0] })], ['Transpose:int32', (g, _x, i) => g.node('Transpose', [i], { perm: [1, 0] })], ['Transpose:bool', (g, _x, _i, b) => g.node('Transpose', [b], { perm: [1, 0] })], ['Reshape', (g, x) => g.node('Reshape', [x, g.int64([8])])], ['Reshape:bool', (g, _x, _i, b) => g.node('Reshape', [b, g.int64([8])])],
  ['Slice', (g, x) => g.node('Slice', [x, g.int64([1]), g.int64([3]), g.int64([1]), g.int64([1])])], ['Slice:neg', (g, x) => g.node('Slice', [x, g.int64([-1]), g.int64([-100]), g.int64([1]), g.int64([-1])])], ['Slice:int32', (g, _x, i) => g.node('Slice', [i, g.int64([1]), g.int64([3]), g.int64([1]), g.int64([1])])], ['Slice:bool', (g, _x, _i, b) => g.node('Slice', [b, g.int64([1]), g.int64([3]), g.int64([1]), g.int64([1])])],
  ['Pad', (g, x) => g.node('Pad', [x, g.int64([0, 1, 0, 1])])], ['Pad:value', (g, x) => g.node('Pad', [x, g.int64([0, 1, 0, 1]), g.scalar(2, 'float32')])], ['Pad:reflect', (g, x) => g.node('Pad', [x, g.int64([0, 1, 0, 1])], { mode: 'reflect' })], ['Pad:edge', (g, x) => g.node('Pad', [x, g.int64([0, 1, 0, 1])], { mode: 'edge' })], ['Pad:int32', (g, _x, i) => g.node('Pad', [i, g.int64([0, 1, 0, 1])])], ['Pad:bool', (g, _x, _i, b) => g.node('Pad', [b, g.int64([0, 1, 0, 1])])],
  ['Concat', (g, x) => g.node('Concat', [x, x], { axis: 1 })], ['Concat:int32', (g, _x, i) => g.node('Concat', [i, i], { axis: 1 })], ['Concat:bool', (g, _x, _i, b) => g.node('Concat', [b, b], { axis: 1 })], ['Split', (g, x) => g.nodes('Split', [x, g.int64([1, 3])], 2, { axis: 1 })[1]!], ['Split:int32', (g, _x, i) => g.nodes('Split', [i, g.int64([1, 3])], 2, { axis: 1 })[1]!],
  ['Expand', (g, x) => g.node('Expand', [x, g.int64([3, 2, 4])])], ['Expand:int32', (g, _x, i) => g.node('Expand', [i, g.int64([3, 2, 4])])], ['Expand:bool', (g, _x, _i, b) => g.node('Expand', [b, g.int64([3, 2, 4])])], ['Tile', (g, x) => g.node('Tile', [x, g.int64([2, 1])])], ['Tile:int32', (g, _x, i) => g.node('Tile', [i, g.int64([2, 1])])], ['Tile:bool', (g, _x, _i, b) => g.node('Tile', [b, g.int64([2, 1])])],
  ['Resize:linear', (g, _x, _i, _b, x4) => g.node('Resize', [x4, '', '', g.int64([1, 3, 9, 7])], { mode: 'linear' })], ['Resize:nearest', (g, _x, _i, _b, x4) => g.node('Resize', [x4, '', '', g.int64([1, 3, 9, 7])], { mode: 'nearest' })],
  ['GridSample', (g, _x, _i, _b, x4) => g.node('GridSample', [x4, g.float32(new Float32Array(8), [1, 2, 2, 2])])], ['DeformConv', (g, _x, _i, _b, x4) => g.node('DeformConv', [x4, g.float32(new Float32Array(24).fill(1), [2, 3, 2, 2]), g.float32(new Float32Array(8 * 16), [1, 8, 4, 4])])],
  ['DepthToSpace', (g, x) => g.node('DepthToSpace', [g.node('Reshape', [x, g.int64([1, 4, 1, 2])])], { blocksize: 2 })],
  ['Cast i64', (g, _x, i) => g.node('Cast', [g.node('Add', [g.node('Cast', [i], { to: 7 }), g.int64([1])])], { to: 6 })], ['ScatterND dyn', (g, x, i) => { const z = g.node('Cast', [i], { to: 7 }); return g.node('ScatterND', [g.float32(new Float32Array(16), [2, 2, 2, 2]), z, g.float32([1, 2], [2])], { reduction: 'add' }); }], ['Slice:i64', (g, _x, i) => g.node('Cast', [g.node('Slice', [g.node('Cast', [i], { to: 7 }), g.int64([1]), g.int64([3]), g.int64([1]), g.int64([1])])], { to: 6 })], ['Concat:i64', (g, _x, i) => { const z = g.node('Cast', [i], { to: 7 }); return g.node('Cast', [g.node('Concat', [z, z], { axis: 0 })], { to: 6 }); }], ['ArgMax cast', (g, x) => g.node('Cast', [g.node('ArgMax', [x], { axis: 1, keepdims: 0 })], { to: 6 })], ['TopK cast', (g, x) => g.node('Cast', [g.nodes('TopK', [x, g.int64([2])], 2)[1]!], { to: 6 })],
  ['OneHot', (g, _x, i) => g.node('OneHot', [i, g.scalar(4, 'int64'), g.float32([0, 1], [2])])], ['Trilu', (g, x) => g.node('Trilu', [x])], ['NonZero', (g, x) => g.node('NonZero', [x])], ['InstanceNormalization', (g, _x, _i, _b, x4) => g.node('InstanceNormalization', [x4, g.float32([1, 1, 1], [3]), g.float32([0, 0, 0], [3])])],
];
const strict = (s: object) => ({ executionProviders: ['webgpu'], logSeverityLevel: 4, graphOptimizationLevel: 'disabled', ...s });
for (const [name, build] of cases) {
  const res: string[] = [];
  for (const i64 of ['0', '1']) {
    const g = new GraphAssembler();
    const x = g.input('x', { shape: [2, 4], dtype: 'float32' }), ii = g.input('i', { shape: [2, 4], dtype: 'int32' }), b = g.input('b', { shape: [2, 4], dtype: 'bool' }), x4 = g.input('x4', { shape: [1, 3, 5, 5], dtype: 'float32' });
    try {
      const y = build(g, x, ii, b, x4);
      const ports = [{ name: 'y', value: y }];
      if (!g.info(y)) g.declare(y, { shape: [1], dtype: 'float32' });
      const model = writeModel(g.finish(ports) as never, 21 as never);
      try { const s = await ort.InferenceSession.create(model, strict({ extra: { session: { disable_cpu_ep_fallback: '1' }, ep: { webgpuexecutionprovider: { enableInt64: i64 } } } }) as never); await s.release(); res.push('gpu'); }
      catch (e) { const m = (e as Error).message; res.push(m.includes('explicitly disabled') ? 'CPU' : m.slice(0, 160)); }
    } catch (e) { res.push((e as Error).message.slice(0, 100)); }
  }
  if (res.some((r) => r !== 'gpu')) console.log(name, '| 22:', res[0], '| 21:', res[1]);
}
