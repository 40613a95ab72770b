import { type Frame, hostTensor, type Mask } from '@vosvfi/core';
import { frameBytes } from '@vosvfi/data';
import { openOnnxModel } from '@vosvfi/runtime';
import sharp from 'sharp';
import type { OnnxSettings } from '../settings.js';
import type { MaskMaker } from './maker.js';
import { type InputConvention, inputConvention, outputName } from './onnx-conventions.js';
import { type LabelMap, labelsOf } from './onnx-result.js';

/** What is taken off each channel of 0..255, and what it is divided by. */
const ranges = {
  bytes: { mean: [0, 0, 0], deviation: [1, 1, 1] },
  unit: { mean: [0, 0, 0], deviation: [255, 255, 255] },
  symmetric: { mean: [127.5, 127.5, 127.5], deviation: [127.5, 127.5, 127.5] },
  imagenet: { mean: [123.675, 116.28, 103.53], deviation: [58.395, 57.12, 57.375] },
} as const;

async function resized(frame: Frame, size: InputConvention['size']): Promise<Frame> {
  const { width, height } = frame;
  if (!size || (size.width === width && size.height === height)) return { data: frameBytes(frame), width, height };
  const raw = { width, height, channels: 3 } as const;
  const data = await sharp(frameBytes(frame), { raw })
    .resize(size.width, size.height, { fit: 'fill', kernel: 'linear' })
    .raw()
    .toBuffer();
  return { data: new Uint8Array(data), ...size };
}

async function inputOf(frame: Frame, { size, layout, normalize }: InputConvention) {
  const { data, width, height } = await resized(frame, size);
  const { mean, deviation } = ranges[normalize];
  const out = new Float32Array(data.length);
  const plane = width * height;
  for (let i = 0; i < plane; i++) {
    for (const c of [0, 1, 2] as const) {
      out[layout === 'nchw' ? c * plane + i : i * 3 + c] = (data[i * 3 + c]! - mean[c]) / deviation[c];
    }
  }
  return hostTensor(out, layout === 'nchw' ? [1, 3, height, width] : [1, height, width, 3]);
}

/** The label under the middle of each of the frame's pixels. */
function enlarge({ data, width, height }: LabelMap, frame: Frame): Mask {
  const mask: Mask = { data: new Uint8Array(frame.width * frame.height), width: frame.width, height: frame.height };
  for (let y = 0, i = 0; y < mask.height; y++) {
    const row = Math.floor(((y + 0.5) * height) / mask.height) * width;
    for (let x = 0; x < mask.width; x++, i++) mask.data[i] = data[row + Math.floor(((x + 0.5) * width) / mask.width)]!;
  }
  return mask;
}

/**
 * Masks by a user's ONNX model, frame by frame.
 * @throws UnsupportedError for a file that cannot be loaded; ConfigError naming the option that says what it does not.
 */
export async function openOnnxMaker(file: string, settings: OnnxSettings, threads: number): Promise<MaskMaker> {
  const model = await openOnnxModel(file, { threads });
  try {
    const input = inputConvention(model.inputs, settings);
    const output = outputName(model.outputs, settings);
    return {
      async masksOf(frames) {
        const masks: Mask[] = [];
        for (const frame of frames) {
          const results = await model.run({ [input.name]: await inputOf(frame, input) }, [output]);
          masks.push(enlarge(labelsOf(results[output]!, settings.scores), frame));
        }
        return masks;
      },
      dispose: () => model.dispose(),
    };
  } catch (error) {
    await model.dispose();
    throw error;
  }
}
