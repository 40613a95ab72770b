import fc from 'fast-check';
import * as tf from '../../src/tf.js';
import { integer } from './draw.js';
import { type ParityCase, parityCase } from './trial.js';

type Pair = [number, number];
type Explicit = [Pair, Pair, Pair, Pair];

const pair = (min: number, max: number) => fc.tuple(integer(min, max), integer(min, max));

const image = fc.record({ n: integer(1, 2), size: pair(5, 9), c: integer(1, 5) });

/** By name, or four different sides. */
const sided = fc.oneof(
  fc.constantFrom('same' as const, 'valid' as const),
  fc.tuple(pair(0, 2), pair(0, 2)).map(([rows, columns]): Explicit => [[0, 0], rows, columns, [0, 0]]),
);

const pad = fc.oneof(sided, integer(0, 2));

const rounding = fc.constantFrom('floor' as const, 'floor' as const, 'round' as const, 'ceil' as const);

const toLast = (x: tf.Tensor) => tf.transpose(x, [0, 2, 3, 1]) as tf.Tensor4D;
const toFirst = (x: tf.Tensor) => tf.transpose(x, [0, 3, 1, 2]) as tf.Tensor4D;

/** Explicit padding in the axis order of NCHW. */
const firstPad = (value: 'same' | 'valid' | number | Explicit) =>
  Array.isArray(value) ? ([value[0], value[3], value[1], value[2]] as Explicit) : value;

/** TensorFlow.js works out sizes of padding by a number for square windows only. */
const squared = <T extends { k: Pair; stride: Pair; pad: unknown }>(drawn: T): T =>
  typeof drawn.pad === 'number'
    ? { ...drawn, k: [drawn.k[0], drawn.k[0]], stride: [drawn.stride[0], drawn.stride[0]] }
    : drawn;

const filter = fc.record({ k: pair(1, 4), stride: pair(1, 3), pad }).map(squared);

type Rounding = 'floor' | 'round' | 'ceil';

/** Rounding belongs to padding by number. */
const roundingOf = (value: unknown, mode: Rounding) => (typeof value === 'number' ? mode : undefined);

/** The sides that padding by a number and rounding up come to. */
function sides(size: Pair, k: Pair, stride: Pair, value: 'same' | 'valid' | number | Explicit, mode: Rounding) {
  if (typeof value !== 'number') return value;
  const axis = (i: 0 | 1): Pair => {
    const steps = Math[mode]((size[i] + 2 * value - k[i]) / stride[i]);
    return [value, value + Math.max(0, steps * stride[i] + k[i] - size[i] - 2 * value)];
  };
  return [[0, 0], axis(0), axis(1), [0, 0]] satisfies Explicit;
}

/** A filter with zeros between its taps: what dilation means. */
function withZeros(filter: tf.Tensor, [down, across]: Pair): tf.Tensor4D {
  const [height, width, c, out] = filter.shape as [number, number, number, number];
  const spread = tf.pad(tf.reshape(filter, [height, 1, width, 1, c, out]), [
    [0, 0],
    [0, down - 1],
    [0, 0],
    [0, across - 1],
    [0, 0],
    [0, 0],
  ]);
  const whole = tf.reshape(spread, [height * down, width * across, c, out]);
  return tf.slice(whole, [0, 0, 0, 0], [(height - 1) * down + 1, (width - 1) * across + 1, c, out]) as tf.Tensor4D;
}

/** Convolutions and their gradients. */
export const convolutionCases: readonly ParityCase[] = [
  parityCase(
    'Conv2D Conv2DBackpropInput Conv2DBackpropFilter',
    fc.record({ image, filter, out: fc.constantFrom(1, 2, 3, 4, 8, 17), rounding, first: fc.boolean() }),
    ({ image: { n, size, c }, filter: { k, stride, pad: padding }, out, rounding: mode, first }, values) => ({
      inputs: [values.tensor(first ? [n, c, ...size] : [n, ...size, c]), values.tensor([...k, c, out])],
      run: (x, w) =>
        tf.conv2d(
          x as tf.Tensor4D,
          w as tf.Tensor4D,
          stride,
          first ? firstPad(padding) : padding,
          first ? 'NCHW' : 'NHWC',
          1,
          roundingOf(padding, mode),
        ),
      reference: (x, w) => {
        const image4 = first ? toLast(x as tf.Tensor) : (x as tf.Tensor4D);
        const y = tf.conv2d(image4, w as tf.Tensor4D, stride, sides(size, k, stride, padding, mode));
        return first ? toFirst(y) : y;
      },
      by: [0, 1],
    }),
  ),
  parityCase(
    'Conv2D Conv2DBackpropInput Conv2DBackpropFilter',
    fc.record({ image, k: pair(1, 3), dilation: pair(2, 3), padding: sided, out: integer(1, 5) }),
    ({ image: { n, size, c }, k, dilation, padding, out }, values) => ({
      inputs: [values.tensor([n, ...size.map((extent) => extent + 4), c]), values.tensor([...k, c, out])],
      run: (x, w) => tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 1, padding, 'NHWC', dilation),
      reference: (x, w) => tf.conv2d(x as tf.Tensor4D, withZeros(w as tf.Tensor4D, dilation), 1, padding),
      by: [0, 1],
    }),
  ),
  parityCase(
    'Conv2DBackpropInput Conv2D Conv2DBackpropFilter',
    fc.record({
      n: integer(1, 2),
      size: pair(2, 5),
      k: pair(2, 4),
      stride: pair(1, 3),
      extra: pair(0, 2),
      padding: integer(0, 1),
      c: integer(1, 5),
      out: integer(1, 5),
    }),
    ({ n, size, k, stride, extra, padding, c, out }, values) => {
      const sides: Pair = [padding, padding];
      const pads: Explicit = [[0, 0], sides, sides, [0, 0]];
      // `extra` below the stride is PyTorch's output padding.
      const shape = size.map((extent, i) => {
        const more = Math.min(extra[i] as number, (stride[i] as number) - 1);
        return (extent - 1) * (stride[i] as number) + (k[i] as number) - 2 * padding + more;
      });
      return {
        inputs: [values.tensor([n, ...size, c]), values.tensor([...k, out, c])],
        run: (x, w) =>
          tf.conv2dTranspose(x as tf.Tensor4D, w as tf.Tensor4D, [n, ...(shape as Pair), out], stride, pads),
        by: [0, 1],
      };
    },
  ),
  parityCase(
    'DepthwiseConv2dNative DepthwiseConv2dNativeBackpropInput DepthwiseConv2dNativeBackpropFilter',
    fc.record({ image, filter, multiplier: integer(1, 3), rounding }),
    ({ image: { n, size, c }, filter: { k, stride, pad: padding }, multiplier, rounding: mode }, values) => ({
      inputs: [values.tensor([n, ...size, c]), values.tensor([...k, c, multiplier])],
      run: (x, w) =>
        tf.depthwiseConv2d(x as tf.Tensor4D, w as tf.Tensor4D, stride, padding, 'NHWC', 1, roundingOf(padding, mode)),
      reference: (x, w) =>
        tf.depthwiseConv2d(x as tf.Tensor4D, w as tf.Tensor4D, stride, sides(size, k, stride, padding, mode) as 'same'),
      by: [0, 1],
    }),
  ),
  parityCase(
    'DepthwiseConv2dNative DepthwiseConv2dNativeBackpropInput DepthwiseConv2dNativeBackpropFilter',
    fc.record({ image, k: pair(1, 3), dilation: pair(2, 3), padding: sided, multiplier: integer(1, 2) }),
    ({ image: { n, size, c }, k, dilation, padding, multiplier }, values) => ({
      inputs: [values.tensor([n, ...size.map((extent) => extent + 4), c]), values.tensor([...k, c, multiplier])],
      run: (x, w) => tf.depthwiseConv2d(x as tf.Tensor4D, w as tf.Tensor4D, 1, padding, 'NHWC', dilation),
      reference: (x, w) =>
        tf.depthwiseConv2d(x as tf.Tensor4D, withZeros(w as tf.Tensor4D, dilation), 1, padding as 'same'),
      by: [0, 1],
    }),
  ),
  parityCase(
    'DepthwiseConv2dNative',
    fc.record({ image, filter, multiplier: integer(1, 3) }),
    ({ image: { n, size, c }, filter: { k, stride, pad: padding }, multiplier }, values) => ({
      inputs: [values.tensor([n, c, ...size]), values.tensor([...k, c, multiplier])],
      run: (x, w) => tf.depthwiseConv2d(x as tf.Tensor4D, w as tf.Tensor4D, stride, firstPad(padding), 'NCHW'),
      reference: (x, w) => toFirst(tf.depthwiseConv2d(toLast(x as tf.Tensor), w as tf.Tensor4D, stride, padding)),
      by: [0, 1],
    }),
  ),
  parityCase(
    'Conv2D Conv2DBackpropInput Conv2DBackpropFilter',
    fc.record({
      n: integer(1, 2),
      length: integer(5, 12),
      c: integer(1, 4),
      k: integer(1, 4),
      stride: integer(1, 3),
      padding: fc.constantFrom('same' as const, 'valid' as const),
      out: integer(1, 5),
    }),
    ({ n, length, c, k, stride, padding, out }, values) => ({
      inputs: [values.tensor([n, length, c]), values.tensor([k, c, out])],
      run: (x, w) => tf.conv1d(x as tf.Tensor3D, w as tf.Tensor3D, stride, padding),
      reference: (x, w) => {
        const picture = tf.reshape(x as tf.Tensor, [n, 1, length, c]) as tf.Tensor4D;
        const y = tf.conv2d(picture, tf.reshape(w as tf.Tensor, [1, k, c, out]) as tf.Tensor4D, [1, stride], padding);
        return tf.squeeze(y, [1]);
      },
      by: [0, 1],
    }),
  ),
];

const activations = fc.constantFrom(
  'linear' as const,
  'relu' as const,
  'relu6' as const,
  'elu' as const,
  'sigmoid' as const,
  'leakyrelu' as const,
  'prelu' as const,
);

/** Products and convolutions with bias and activation. */
export const fusedCases: readonly ParityCase[] = [
  parityCase(
    'FusedConv2D',
    fc.record({ image, filter, out: integer(1, 9), bias: fc.boolean(), activation: activations, first: fc.boolean() }),
    ({ image: { n, size, c }, filter: { k, stride, pad: padding }, out, bias, activation, first }, values) => ({
      inputs: [
        values.tensor(first ? [n, c, ...size] : [n, ...size, c]),
        values.tensor([...k, c, out]),
        values.tensor([out]),
        values.tensor([out]),
      ],
      run: (x, w, b, alpha) =>
        tf.fused.conv2d({
          x: x as tf.Tensor4D,
          filter: w as tf.Tensor4D,
          strides: stride,
          pad: first ? firstPad(padding) : padding,
          dataFormat: first ? 'NCHW' : 'NHWC',
          activation,
          leakyreluAlpha: 0.1,
          ...(bias && { bias: b as tf.Tensor }),
          ...(activation === 'prelu' && { preluActivationWeights: alpha as tf.Tensor }),
        }),
      ...(activation === 'linear' && !first && { by: bias ? [0, 1, 2] : [0, 1] }),
    }),
  ),
  parityCase(
    'FusedDepthwiseConv2D',
    fc.record({ image, filter, multiplier: integer(1, 2), activation: activations }),
    ({ image: { n, size, c }, filter: { k, stride, pad: padding }, multiplier, activation }, values) => ({
      inputs: [
        values.tensor([n, ...size, c]),
        values.tensor([...k, c, multiplier]),
        values.tensor([c * multiplier]),
        values.tensor([c * multiplier]),
      ],
      run: (x, w, b, alpha) =>
        tf.fused.depthwiseConv2d({
          x: x as tf.Tensor4D,
          filter: w as tf.Tensor4D,
          strides: stride,
          pad: padding as 'same',
          activation,
          leakyreluAlpha: 0.1,
          bias: b as tf.Tensor,
          ...(activation === 'prelu' && { preluActivationWeights: alpha as tf.Tensor }),
        }),
      ...(activation === 'linear' && { by: [0, 1, 2] }),
    }),
  ),
  parityCase(
    '_FusedMatMul',
    fc.record({
      n: integer(1, 5),
      k: integer(1, 5),
      m: integer(1, 5),
      ta: fc.boolean(),
      tb: fc.boolean(),
      activation: activations,
    }),
    ({ n, k, m, ta, tb, activation }, values) => ({
      inputs: [
        values.tensor(ta ? [k, n] : [n, k]),
        values.tensor(tb ? [m, k] : [k, m]),
        values.tensor([m]),
        values.tensor([m]),
      ],
      run: (a, b, bias, alpha) =>
        tf.fused.matMul({
          a: a as tf.Tensor,
          b: b as tf.Tensor,
          transposeA: ta,
          transposeB: tb,
          bias: bias as tf.Tensor,
          activation,
          ...(activation === 'prelu' && { preluActivationWeights: alpha as tf.Tensor }),
        }),
      ...(activation === 'linear' && { by: [0, 1, 2] }),
    }),
  ),
];

const window = fc
  .record({ k: pair(1, 4), stride: pair(1, 3), pad, rounding })
  .map(squared)
  // ONNX Runtime asks for windows that are larger than the padding, also where rounding up adds to it.
  .filter(({ k, stride, pad: padding, rounding: mode }) => {
    const widest =
      typeof padding === 'string' ? 0 : typeof padding === 'number' ? padding : Math.max(...padding.flat());
    const added = mode === 'floor' ? 0 : Math.max(...stride) - 1;
    return widest + added < Math.min(...k);
  });

function pool(kernel: 'MaxPool' | 'AvgPool', kind: 'smooth' | 'ties'): ParityCase {
  return parityCase(
    `${kernel} ${kernel}Grad`,
    fc.record({ image, window }),
    ({ image: { n, size, c }, window: w }, values) => {
      const mode = roundingOf(w.pad, w.rounding);
      const pads = sides(size, w.k, w.stride, w.pad, w.rounding);
      const average = (x: tf.Tensor) => {
        const ones = tf.ones([...w.k, c, 1]) as tf.Tensor4D;
        const sum = (y: tf.Tensor) => tf.depthwiseConv2d(y as tf.Tensor4D, ones, w.stride, pads as 'same');
        return tf.div(sum(x), sum(tf.onesLike(x)));
      };
      return {
        inputs: [values.tensor([n, ...size, c], kind)],
        run: (x) =>
          kernel === 'MaxPool'
            ? tf.maxPool(x as tf.Tensor4D, w.k, w.stride, w.pad, mode)
            : tf.avgPool(x as tf.Tensor4D, w.k, w.stride, w.pad, mode),
        // Sums over the picture and over ones.
        reference: (x) =>
          kernel === 'MaxPool' ? tf.maxPool(x as tf.Tensor4D, w.k, w.stride, pads) : average(x as tf.Tensor),
        by: [0],
      };
    },
  );
}

/** Pooling and resizing. */
export const samplingCases: readonly ParityCase[] = [
  pool('MaxPool', 'smooth'),
  pool('MaxPool', 'ties'),
  pool('AvgPool', 'smooth'),
  // ResNet's: 3 wide, stride 2, one pixel of padding; many equal maxima.
  parityCase('MaxPool MaxPoolGrad', image, ({ n, size, c }, values) => ({
    inputs: [values.tensor([n, ...size, c], 'ties')],
    run: (x) => [
      tf.maxPool(x as tf.Tensor4D, 3, 2, 1),
      tf.maxPool(x as tf.Tensor4D, 3, 2, [
        [0, 0],
        [1, 0],
        [0, 1],
        [0, 0],
      ]),
    ],
    by: [0],
  })),
  ...(['Bilinear', 'NearestNeighbor'] as const).map((kind) =>
    parityCase(
      `Resize${kind}`,
      fc.record({ image, to: pair(1, 12), mode: fc.constantFrom('plain', 'corners', 'centres') }),
      ({ image: { n, size, c }, to, mode }, values) => {
        const run = kind === 'Bilinear' ? tf.image.resizeBilinear : tf.image.resizeNearestNeighbor;
        return {
          inputs: [values.tensor([n, ...size, c])],
          run: (x) => run(x as tf.Tensor4D, to, mode === 'corners', mode === 'centres'),
          // Differentiated by products with matrices that its own kernel gives.
          reference: (x) => {
            const matrix = (from: number, count: number) => {
              const unit = tf.reshape(tf.eye(from), [1, from, from, 1]) as tf.Tensor4D;
              return tf.reshape(run(unit, [count, from], mode === 'corners', mode === 'centres'), [count, from]);
            };
            const rows = tf.matMul(matrix(size[0], to[0]), tf.reshape(x as tf.Tensor, [n, size[0], size[1] * c]));
            const pixels = tf.matMul(matrix(size[1], to[1]), tf.reshape(rows, [n * to[0], size[1], c]));
            return tf.reshape(pixels, [n, ...to, c]);
          },
          by: [0],
        };
      },
    ),
  ),
];
