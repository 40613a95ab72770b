import type * as tf from '../../tf.js';
import { type KernelCall, lowering } from '../lowering.js';
import { convolve } from './convolution.js';
import { convolveDepthwise } from './depthwise-convolution.js';
import { multiply } from './matrix.js';

interface FusedInputs {
  readonly bias?: tf.TensorInfo;
  readonly preluActivationWeights?: tf.TensorInfo;
}

interface FusedAttrs {
  readonly dataFormat?: 'NHWC' | 'NCHW';
  readonly activation?: tf.fused.Activation | null;
  readonly leakyreluAlpha?: number;
}

/** A list of one value a channel, in a shape that broadcasts along the channels. */
function perChannel(call: KernelCall, x: tf.TensorInfo, { dataFormat }: FusedAttrs): string {
  const listed = dataFormat === 'NCHW' && x.shape.length === 1;
  return listed ? call.reshape(call.name(x), [x.shape[0] as number, 1, 1]) : call.name(x);
}

/** Bias and activation behind a fused kernel. */
function finish(call: KernelCall, value: string, inputs: FusedInputs, attrs: FusedAttrs): tf.TensorInfo {
  const { graph } = call;
  const biased = inputs.bias ? graph.node('Add', [value, perChannel(call, inputs.bias, attrs)]) : value;
  const activated = (opType: string, attributes = {}) => call.result(graph.node(opType, [biased], attributes));
  switch (attrs.activation ?? 'linear') {
    case 'relu':
      return activated('Relu');
    case 'relu6':
      return call.result(graph.node('Clip', [biased, call.scalar(0), call.scalar(6)]));
    case 'elu':
      return activated('Elu', { alpha: 1 });
    case 'sigmoid':
      return activated('Sigmoid');
    case 'leakyrelu':
      return activated('LeakyRelu', { alpha: attrs.leakyreluAlpha ?? 0.2 });
    case 'prelu':
      return call.result(
        graph.node('PRelu', [biased, perChannel(call, inputs.preluActivationWeights as tf.TensorInfo, attrs)]),
      );
    default:
      return call.result(biased);
  }
}

/** Kernels that `tf.fused` emits. */
export const fusedKernels = [
  lowering<tf.FusedConv2DInputs, tf.FusedConv2DAttrs>('FusedConv2D', (call, inputs, attrs) =>
    finish(call, convolve(call, inputs.x, inputs.filter, attrs), inputs, attrs),
  ),
  lowering<tf.FusedDepthwiseConv2DInputs, tf.FusedDepthwiseConv2DAttrs>('FusedDepthwiseConv2D', (call, inputs, attrs) =>
    finish(call, convolveDepthwise(call, inputs.x, inputs.filter, attrs), inputs, attrs),
  ),
  lowering<tf._FusedMatMulInputs, tf._FusedMatMulAttrs>('_FusedMatMul', (call, inputs, attrs) =>
    finish(call, multiply(call, inputs.a, inputs.b, attrs.transposeA, attrs.transposeB), inputs, attrs),
  ),
];
