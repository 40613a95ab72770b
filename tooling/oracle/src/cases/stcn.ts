import { type Frame, type HostTensor, hostTensor, type Mask } from '@vosvfi/core';
import { permute } from '@vosvfi/testing';
import {
  createStcn,
  createStcnPropagator,
  type StcnMemoryPolicy,
  type StcnNetwork,
  type StcnSegmentedFrame,
} from '@vosvfi/vos/stcn';
import type { OracleCase, OracleContext } from '../case.js';
import { runMemory, runParts, sequenceFrame, stored } from './stcn-parts.js';
import { runTrainingPass } from './stcn-training.js';

const mean = [0.485, 0.456, 0.406];
const deviation = [0.229, 0.224, 0.225];

/** Frames of the stored sequence with the normalization undone. */
function sequenceFrames(context: OracleContext): Frame[] {
  return [0, 1, 2, 3].map((index) => {
    const { data, shape } = sequenceFrame(context, index);
    const [, height, width] = shape as [number, number, number, number];
    return { data: Float32Array.from(data, (value, i) => value * deviation[i % 3]! + mean[i % 3]!), width, height };
  });
}

/** Labels 1 to `objects` of the first frame. */
function firstMask(context: OracleContext, objects: number): Mask {
  const { data, shape } = stored(context, 'in.masks');
  const [height, width] = shape.slice(-2) as [number, number];
  const labels = new Uint8Array(height * width);
  for (let k = 0; k < objects; k++) {
    for (let pixel = 0; pixel < labels.length; pixel++) {
      if (data[k * labels.length + pixel]! > 0) labels[pixel] = k + 1;
    }
  }
  return { data: labels, width, height };
}

async function propagate(
  context: OracleContext,
  network: StcnNetwork,
  objects: number,
  policy: StcnMemoryPolicy,
): Promise<StcnSegmentedFrame[]> {
  const propagator = createStcnPropagator(network, context.weights, { ...policy, engine: context.engine });
  try {
    const frames: StcnSegmentedFrame[] = [];
    for await (const frame of propagator.frames(sequenceFrames(context), firstMask(context, objects)))
      frames.push(frame);
    return frames;
  } finally {
    await propagator.dispose();
  }
}

/** Probabilities [H, W, K + 1] as [K + 1, 1, H, W]. */
function channelsFirst({ probabilities }: StcnSegmentedFrame): HostTensor {
  const [height, width, channels] = probabilities.shape as [number, number, number];
  return { ...permute(probabilities, [2, 0, 1]), shape: [channels, 1, height, width] };
}

/** Frames' [K + 1, 1, H, W] as [K + 1, T, 1, H, W]. */
function sequenceOf(frames: readonly StcnSegmentedFrame[]): HostTensor {
  const parts = frames.map(channelsFirst);
  const [channels, , height, width] = parts[0]!.shape as [number, number, number, number];
  const data = Float32Array.from(parts.flatMap((part) => [...part.data]));
  const stacked = hostTensor(data, [frames.length, channels, height * width]);
  return { ...permute(stacked, [1, 0, 2]), shape: [channels, frames.length, 1, height, width] };
}

function memorySizes(frames: readonly StcnSegmentedFrame[]): HostTensor {
  const sizes = Int32Array.from(frames.slice(1), ({ memoryCells }) => memoryCells);
  return { data: sizes, shape: [sizes.length], dtype: 'int32' };
}

function labelMaps(frames: readonly StcnSegmentedFrame[]): HostTensor {
  const { width, height } = frames[0]!.mask;
  const data = Int32Array.from(frames.flatMap(({ mask }) => [...mask.data]));
  return { data, shape: [frames.length, height, width], dtype: 'int32' };
}

async function runPropagation(context: OracleContext, network: StcnNetwork): Promise<Map<string, HostTensor>> {
  const everySecond = await propagate(context, network, 2, { topK: 20, memoryEvery: 2 });
  const withLast = await propagate(context, network, 2, { topK: 20, memoryEvery: 5, includeLast: true });
  const oneObject = await propagate(context, network, 1, { topK: 12, memoryEvery: 1 });
  return new Map([
    ['prop.top20_every2.prob', sequenceOf(everySecond)],
    ['prop.top20_every2.memory_sizes', memorySizes(everySecond)],
    ['prop.top20_every2.argmax_unpadded', labelMaps(everySecond)],
    ['prop.top20_every5_includelast.prob_frame3', channelsFirst(withLast[3]!)],
    ['prop.top20_every5_includelast.memory_sizes', memorySizes(withLast)],
    ['prop.one_object_top12_every1.prob_frame3', channelsFirst(oneObject[3]!)],
    ['prop.one_object_top12_every1.memory_sizes', memorySizes(oneObject)],
  ]);
}

/** STCN: its parts, memory reading, propagation through a sequence, and the training pass. */
export const oracleCase: OracleCase = {
  ids: ['stcn'],
  // The softmax over cells does not change with the key's bias: its true gradient is 0.
  skipParamGrad: (_, key) => key === 'key_proj.key_proj.bias',
  run: async (context) => {
    const network = createStcn('stcn');
    const training = await runTrainingPass(context, network);
    return {
      tensors: new Map([
        ...(await runParts(context, network)),
        ...(await runMemory(context)),
        ...(await runPropagation(context, network)),
        ...training.tensors,
      ]),
      paramGrads: training.paramGrads,
    };
  },
};
