import { type Frame, type HostTensor, ShapeError, UnsupportedError } from '@vosvfi/core';
import { type OnnxModel, type OnnxPort, openOnnxModel } from '@vosvfi/runtime';
import { CHANNELS, peakOf } from '../../metrics/samples.js';
import type { Contestant } from '../contestant.js';
import { digestOf } from '../metric-keys.js';

/** Options of {@link openOnnxContestant}. */
export interface OnnxContestantOptions {
  readonly threads?: number | undefined;
}

/** Inputs and output of a file, and how pictures lie in them. */
interface Ports {
  readonly frame0: OnnxPort;
  readonly frame1: OnnxPort;
  readonly time: OnnxPort | undefined;
  readonly output: OnnxPort;
  readonly layout: 'NHWC' | 'NCHW';
}

/**
 * A network in an ONNX file: `frame0` and `frame1` [1, H, W, 3] or [1, 3, H, W] in, RGB float32 0..1, `t` with one value
 * where the network reads the time, and `frame` of the same layout out, as `vosvfi models export` writes it. Of other
 * names, the first two inputs are the frames, a third with one value the time, and the first output the result.
 * @throws UnsupportedError if the file cannot be loaded or its inputs are none of these.
 */
export async function openOnnxContestant(
  id: string,
  file: string,
  { threads }: OnnxContestantOptions = {},
): Promise<Contestant> {
  const model = await openOnnxModel(file, { threads });
  try {
    const ports = portsOf(file, model);
    const facts = { onnx: 'pair', version: 1, sha256: await digestOf(file), layout: ports.layout };
    return {
      ...{ id, title: id, kind: 'onnx', facts },
      open: async () => ({
        predict: ({ t }, pair) => predict(id, model, ports, pair, t),
        close: async () => {},
      }),
      dispose: () => model.dispose(),
    };
  } catch (error) {
    await model.dispose();
    throw error;
  }
}

function portsOf(file: string, { inputs, outputs }: OnnxModel): Ports {
  const named = (name: string): OnnxPort | undefined => inputs.find((port) => port.name === name);
  const pictures = inputs.filter(({ shape }) => shape.length === 4 && layoutOf(shape) !== undefined);
  const [frame0, frame1] = [named('frame0') ?? pictures[0], named('frame1') ?? pictures[1]];
  const rest = inputs.filter((port) => port !== frame0 && port !== frame1);
  const output = outputs.find(({ name }) => name === 'frame') ?? outputs[0];
  const layout = frame0 && layoutOf(frame0.shape);
  const isPair = frame0 !== undefined && frame1 !== undefined && frame0 !== frame1 && rest.length <= 1;
  if (isPair && layout !== undefined && output !== undefined) return { frame0, frame1, time: rest[0], output, layout };
  const found = inputs.map(({ name, shape }) => `${name} [${shape.map((size) => size ?? '?').join(', ')}]`).join(', ');
  throw new UnsupportedError(`${file}: is no interpolation network of two frames. Its inputs: ${found}.`, {
    hint: 'Expected frame0 and frame1 [1, H, W, 3] or [1, 3, H, W], and t where the network reads the time.',
  });
}

function layoutOf(shape: OnnxPort['shape']): 'NHWC' | 'NCHW' | undefined {
  if (shape[3] === CHANNELS) return 'NHWC';
  return shape[1] === CHANNELS ? 'NCHW' : undefined;
}

async function predict(
  id: string,
  model: OnnxModel,
  { frame0, frame1, time, output, layout }: Ports,
  [first, second]: readonly [Frame, Frame],
  t: number,
): Promise<Frame> {
  if (time === undefined && t !== 0.5) {
    throw new UnsupportedError(`${id} makes the frame in the middle only, not one at t = ${t}.`, {
      hint: 'Take a protocol whose order is recursive.',
    });
  }
  const { width, height } = first;
  for (const [axis, expected] of [
    [height, frame0.shape[layout === 'NHWC' ? 1 : 2]],
    [width, frame0.shape[layout === 'NHWC' ? 2 : 3]],
  ]) {
    if (expected === null || expected === axis) continue;
    const size = layout === 'NHWC' ? frame0.shape.slice(1, 3) : frame0.shape.slice(2);
    throw new ShapeError(
      `frames for ${id}`,
      `${size[1] ?? 'any'}x${size[0] ?? 'any'} as the file was made for`,
      `${width}x${height}`,
    );
  }
  const feeds = {
    [frame0.name]: tensorOf(first, layout),
    [frame1.name]: tensorOf(second, layout),
    ...(time && { [time.name]: timeOf(time, t) }),
  };
  const { [output.name]: result } = await model.run(feeds, [output.name]);
  return frameOf(id, result!, layout, first);
}

function timeOf({ shape }: OnnxPort, t: number): HostTensor {
  return { data: Float32Array.of(t), shape: shape.map(() => 1), dtype: 'float32' };
}

function tensorOf(frame: Frame, layout: Ports['layout']): HostTensor {
  const { data, width, height } = frame;
  const scale = 1 / peakOf(frame);
  const values = new Float32Array(data.length);
  const pixels = width * height;
  for (let i = 0; i < pixels; i++) {
    for (let c = 0; c < CHANNELS; c++) {
      values[layout === 'NHWC' ? i * CHANNELS + c : c * pixels + i] = scale * data[i * CHANNELS + c]!;
    }
  }
  const shape = layout === 'NHWC' ? [1, height, width, CHANNELS] : [1, CHANNELS, height, width];
  return { data: values, shape, dtype: 'float32' };
}

function frameOf(id: string, { data, shape }: HostTensor, layout: Ports['layout'], { width, height }: Frame): Frame {
  const expected = layout === 'NHWC' ? [1, height, width, CHANNELS] : [1, CHANNELS, height, width];
  if (shape.join() !== expected.join()) throw new ShapeError(`result of ${id}`, `[${expected.join(', ')}]`, shape);
  if (layout === 'NHWC') return { data: Float32Array.from(data), width, height };
  const pixels = width * height;
  const values = Float32Array.from(
    { length: data.length },
    (_, i) => data[(i % CHANNELS) * pixels + Math.floor(i / CHANNELS)]!,
  );
  return { data: values, width, height };
}
