import { type Random, sizeOf } from '@vosvfi/core';
import { GraphAssembler } from '../../src/graph/builder.js';
import type { Attributes, ElementType, Graph } from '../../src/graph/graph.js';

/** A graph of a few nodes, and values for its inputs. */
export interface NodeCase {
  readonly graph: Graph;
  readonly feeds: Readonly<Record<string, Float32Array | Int32Array>>;
}

type Draw = (random: Random) => NodeCase;

interface Input {
  readonly shape: readonly number[];
  /** Whole numbers from and below these; default: floats between -1 and 1. */
  readonly range?: readonly [number, number];
}

type Build = (graph: GraphAssembler, ...inputs: string[]) => string[];

function made(random: Random, inputs: readonly Input[], build: Build): NodeCase {
  const graph = new GraphAssembler();
  const feeds: Record<string, Float32Array | Int32Array> = {};
  const names = inputs.map(({ shape, range }, index) => {
    const size = sizeOf(shape);
    feeds[`x${index}`] = range
      ? Int32Array.from({ length: size }, () => between(random, ...range))
      : Float32Array.from({ length: size }, () => random.uniform(-1, 1));
    return graph.input(`x${index}`, { shape, dtype: range ? 'int32' : 'float32' });
  });
  const outputs = build(graph, ...names).map((value, index) => {
    const condition = graph.info(value)?.dtype === 'bool';
    return { name: `y${index}`, value: condition ? graph.node('Cast', [value], { to: 1 }) : value };
  });
  return { graph: graph.finish(outputs), feeds };
}

/** A whole number from `low` and below `high`. */
function between(random: Random, low: number, high: number): number {
  return random.integer(low, high - 1);
}

const one = <T>(random: Random, choices: readonly T[]): T => choices[between(random, 0, choices.length)] as T;

/** Convolutions, grouped or not, whose channels are drawn around what four and three divide. */
const convolution =
  (opType: 'Conv' | 'ConvTranspose'): Draw =>
  (random) => {
    const group = one(random, [1, 1, 2, 3, 4]);
    const [inEach, outEach] = [between(random, 1, group > 1 ? 7 : 28), between(random, 1, group > 1 ? 11 : 13)];
    const kernel = [between(random, 1, 4), between(random, 1, 4)];
    const filter = opType === 'Conv' ? [outEach * group, inEach, ...kernel] : [inEach * group, outEach, ...kernel];
    const attributes: Attributes = {
      group,
      strides: [between(random, 1, 3), between(random, 1, 3)],
      dilations: one(random, [
        [1, 1],
        [2, 1],
      ]),
      ...(opType === 'Conv' && { pads: [1, between(random, 0, 2), 1, between(random, 0, 3)] }),
    };
    const shapes = [[between(random, 1, 3), inEach * group, 7, 6], filter, [outEach * group]];
    return made(
      random,
      shapes.map((shape) => ({ shape })),
      (graph, ...operands) => [graph.node(opType, operands.slice(0, one(random, [2, 3])), attributes)],
    );
  };

const sampling: Draw = (random) => {
  const [batch, channels] = [between(random, 1, 3), between(random, 1, 6)];
  const attributes = {
    mode: one(random, ['linear', 'linear', 'nearest']),
    padding_mode: one(random, ['zeros', 'border']),
    align_corners: between(random, 0, 2),
  };
  const image = { shape: [batch, channels, between(random, 2, 8), between(random, 2, 8)] };
  const grid = { shape: [batch, between(random, 1, 6), between(random, 1, 6), 2] };
  return made(random, [image, grid], (graph, x, places) => {
    const wide = graph.node('Mul', [places as string, graph.scalar(1.4, 'float32')]);
    return [graph.node('GridSample', [x as string, wide], attributes)];
  });
};

const deformation: Draw = (random) => {
  const [batch, group, offsetGroup] = [between(random, 1, 3), between(random, 1, 3), between(random, 1, 3)];
  const [kernel, stride, dilation, pad] = [between(random, 1, 4), between(random, 1, 3), between(random, 1, 3), 2];
  const [each, outEach, height, width] = [2 * between(random, 1, 3), between(random, 1, 4), 6, 7];
  const reached = (extent: number) => Math.floor((extent + 2 * pad - (kernel - 1) * dilation - 1) / stride) + 1;
  const out = [reached(height), reached(width)];
  const taps = offsetGroup * kernel * kernel;
  const shapes = [
    [batch, each * group, height, width],
    [outEach * group, each, kernel, kernel],
    [batch, 2 * taps, ...out],
    [outEach * group],
    [batch, taps, ...out],
  ];
  return made(
    random,
    shapes.map((shape) => ({ shape })),
    (graph, x, filter, offsets, bias, mask) => {
      const far = graph.node('Mul', [offsets as string, graph.scalar(3, 'float32')]);
      const y = graph.node('DeformConv', [x, filter, far, bias, mask] as string[], {
        group,
        offset_group: offsetGroup,
        strides: [stride, stride],
        dilations: [dilation, dilation],
        pads: [pad, pad, pad, pad],
      });
      graph.declare(y, { shape: [batch, outEach * group, ...out], dtype: 'float32' });
      return [y];
    },
  );
};

const int64 = (graph: GraphAssembler, value: string) => graph.node('Cast', [value], { to: 7 });

/** Reading and adding at computed places; many of them are the same. */
const indexing: Draw = (random) => {
  const depth = between(random, 1, 3);
  const count = between(random, 1, 60);
  const inputs = [
    { shape: [5, 4, 3] },
    { shape: [count, depth], range: [0, 4] as const },
    { shape: [count, ...[4, 3].slice(depth - 1)] },
  ];
  return made(random, inputs, (graph, x, places, updates) => {
    const indices = int64(graph, places as string);
    return [
      graph.node('GatherND', [x as string, indices]),
      graph.node('ScatterND', [x as string, indices, updates as string], { reduction: 'add' }),
    ];
  });
};

const positions: Draw = (random) => {
  const kernel = [between(random, 1, 4), between(random, 1, 4)];
  const pooled = {
    kernel_shape: kernel,
    strides: [between(random, 1, 3), 1],
    pads: [0, 0, 1, 1].map((p, i) => Math.min(p, kernel[i % 2]! - 1)),
  };
  return made(random, [{ shape: [2, 3, 6, 7] }], (graph, x) => {
    const [maxima, places] = graph.nodes('MaxPool', [x as string], 2, pooled) as [string, string];
    const axis = between(random, 0, 4);
    const extreme = graph.node(one(random, ['ArgMax', 'ArgMin']), [x as string], {
      axis,
      keepdims: between(random, 0, 2),
    });
    return [maxima, ...[places, extreme].map((value) => graph.node('Cast', [value], { to: 6 }))];
  });
};

const floats: Draw = (random) =>
  made(random, [{ shape: [4, 5] }, { shape: [4, 5] }], (graph, x, y) => {
    const unary = (opType: string, scale: number) =>
      graph.node(opType, [graph.node('Mul', [x as string, graph.scalar(scale, 'float32')])]);
    const scale = one(random, [1e-6, 0.1, 1, 8]);
    return [
      ...['Round', 'Sign', 'Sin', 'Cos', 'Tan', 'Tanh'].map((opType) => unary(opType, scale)),
      ...['Acos', 'Atanh'].map((opType) => unary(opType, Math.min(scale, 0.9))),
      unary('Round', 2),
      // Near zero it loses digits on the processor as well.
      unary('Selu', Math.max(scale, 0.1)),
      graph.node('LogSoftmax', [x as string], { axis: between(random, -2, 2) }),
      graph.node('Sum', [x as string, y as string, x as string]),
      graph.node('Log', [graph.node('Abs', [x as string])]),
    ];
  });

const integers: Draw = (random) =>
  made(
    random,
    [
      { shape: [4, 7], range: [-30, 30] },
      { shape: [4, 7], range: [1, 9] },
    ],
    (graph, x, y) => {
      const divisor = graph.node('Mul', [y as string, graph.scalar(one(random, [1, -1]), 'int32')]);
      const slice = (...parts: number[][]) =>
        graph.node('Slice', [x as string, ...parts.map((part) => graph.int64(part))]);
      return [
        ...['Abs', 'Neg', 'Sign'].map((opType) => graph.node(opType, [x as string])),
        graph.node('Mod', [x as string, divisor]),
        graph.node('Pow', [graph.node('Mod', [x as string, graph.scalar(8, 'int32')]), y as string]),
        slice(
          [between(random, 0, 2), between(random, -7, 3)],
          [9, between(random, 3, 9)],
          [0, 1],
          [1, between(random, 1, 3)],
        ),
        slice([-1], [-100], [1], [-between(random, 1, 4)]),
      ];
    },
  );

const conditions: Draw = (random) =>
  made(random, [{ shape: [4, 7] }, { shape: [4, 7] }], (graph, x, y) => {
    const a = graph.node('Greater', [x as string, y as string]);
    const b = graph.node('Less', [x as string, graph.scalar(0.3, 'float32')]);
    return [
      ...['And', 'Or', 'Xor', 'Equal'].map((opType) => graph.node(opType, [a, b])),
      graph.node('Transpose', [a], { perm: [1, 0] }),
      graph.node('Concat', [a, b], { axis: between(random, 0, 2) }),
      graph.node('Tile', [a, graph.int64([2, 1])]),
      graph.node('Slice', [a, graph.int64([1]), graph.int64([5]), graph.int64([1])]),
    ];
  });

/** What the passes for WebGPU rewrite, over shapes and attributes. */
export const nodeCases: Readonly<Record<string, Draw>> = {
  Conv: convolution('Conv'),
  ConvTranspose: convolution('ConvTranspose'),
  GridSample: sampling,
  DeformConv: deformation,
  'GatherND and ScatterND': indexing,
  'positions of extremes': positions,
  'functions of floats': floats,
  'whole numbers': integers,
  conditions,
};

/** Element type of an input's values. */
export const typeOf = (data: Float32Array | Int32Array): ElementType =>
  data instanceof Int32Array ? 'int32' : 'float32';
