import { join } from 'node:path';
import { type Random, sizeOf } from '@vosvfi/core';
import { writeExchange } from '../exchange.js';
import { AGREEMENT, type Row } from '../row.js';
import { ourWorker, peerWorker } from './workers.js';

/** One convolution of a network: batch, input and output channels, kernel, stride, input height and width. */
interface ConvolutionShape {
  readonly of: string;
  readonly shape: readonly [
    batch: number,
    input: number,
    output: number,
    kernel: number,
    stride: number,
    height: number,
    width: number,
  ];
}

/** Layers of the networks at the sizes in which they run: 480x864, AdaCoF 256x448. */
const inference: readonly ConvolutionShape[] = [
  { of: 'IFRNet', shape: [1, 3, 32, 3, 2, 480, 864] },
  { of: 'IFRNet', shape: [1, 96, 96, 3, 1, 240, 432] },
  { of: 'IFRNet', shape: [1, 144, 144, 3, 1, 120, 216] },
  { of: 'IFRNet', shape: [1, 216, 216, 3, 1, 60, 108] },
  { of: 'AdaCoF', shape: [1, 32, 32, 3, 1, 256, 448] },
  { of: 'AdaCoF', shape: [1, 64, 64, 3, 1, 128, 224] },
  { of: 'AdaCoF', shape: [1, 256, 256, 3, 1, 32, 56] },
  { of: 'AdaCoF', shape: [1, 512, 512, 3, 1, 16, 28] },
  { of: 'STCN', shape: [1, 3, 64, 7, 2, 480, 864] },
  { of: 'STCN', shape: [1, 256, 64, 1, 1, 120, 216] },
  { of: 'STCN', shape: [1, 128, 128, 3, 1, 60, 108] },
  { of: 'STCN', shape: [1, 1024, 256, 1, 1, 30, 54] },
];

/** Layers at the sizes of training: IFRNet 2 x 224x224, AdaCoF 2 x 256x256, STCN 2 x 224x224. */
const training: readonly ConvolutionShape[] = [
  { of: 'IFRNet', shape: [4, 3, 32, 3, 2, 224, 224] },
  { of: 'IFRNet', shape: [2, 96, 96, 3, 1, 112, 112] },
  { of: 'IFRNet', shape: [2, 144, 144, 3, 1, 56, 56] },
  { of: 'IFRNet', shape: [2, 216, 216, 3, 1, 28, 28] },
  { of: 'AdaCoF', shape: [2, 32, 32, 3, 1, 256, 256] },
  { of: 'AdaCoF', shape: [2, 64, 64, 3, 1, 128, 128] },
  { of: 'AdaCoF', shape: [2, 256, 256, 3, 1, 32, 32] },
  { of: 'AdaCoF', shape: [2, 512, 512, 3, 1, 16, 16] },
  { of: 'STCN', shape: [2, 3, 64, 7, 2, 224, 224] },
  { of: 'STCN', shape: [2, 256, 64, 1, 1, 56, 56] },
  { of: 'STCN', shape: [2, 128, 128, 3, 1, 28, 28] },
  { of: 'STCN', shape: [2, 1024, 256, 1, 1, 14, 14] },
];

function convolutionRow(task: 'forward' | 'backward', limit: number, { of, shape }: ConvolutionShape): Row {
  const [batch, input, output, kernel, stride, height, width] = shape;
  const size = `${kernel}x${kernel}${stride === 1 ? '' : ` stride ${stride}`}, ${batch}x${height}x${width}`;
  const id = `engine-convolution-${task}-${of.toLowerCase()}-${input}-${output}-${kernel}`;
  const x = [batch, input, height, width];
  const slope = [batch, output, Math.ceil(height / stride), Math.ceil(width / stride)];
  return {
    id,
    title: `${of} ${input}-${output} ${size}, ${task === 'forward' ? 'forward' : 'forward and backward'}`,
    limit,
    group: `convolutions ${task === 'forward' ? 'forward' : 'forward and backward'}`,
    prepare: async (context) => {
      const tensors = join(context.folder, `${id}.safetensors`);
      const weightShape = [output, input, kernel, kernel];
      const init = (random: Random) => Float32Array.from({ length: sizeOf(weightShape) }, () => random.normal(0, 0.05));
      const parameters = [{ key: 'weight', shape: weightShape, init }];
      await writeExchange(tensors, parameters, { x, slope });
      const flags = ['--task', task, '--stride', String(stride)];
      return {
        ours: ourWorker('convolution', tensors, context, { flags }),
        peer: peerWorker('convolution_peer', flags, tensors, context),
        agreement: AGREEMENT,
      };
    },
  };
}

/** Single convolutions of IFRNet, AdaCoF and STCN against PyTorch. */
export const convolutionRows: readonly Row[] = [
  ...inference.map((shape) => convolutionRow('forward', 0.8, shape)),
  ...training.map((shape) => convolutionRow('backward', 1, shape)),
];
