import { type Frame, type HostTensor, hostTensor, type Mask, ShapeError, type WeightMap } from '@vosvfi/core';
import { type Compiled, type CompileOptions, compile } from '@vosvfi/runtime';
import type * as tf from '@vosvfi/runtime/tf';
import { createStcnSegmenter, type StcnNetwork } from '@vosvfi/vos/stcn';
import { fromChannels, objectLabels, toChannels } from './object-channels.js';
import type { OpenSegmenter } from './segmenter.js';

/** Keys [1, N, C] and values [K, N, V] of remembered frames. */
interface StoredMemory {
  readonly keys: HostTensor;
  readonly values: HostTensor;
}

/** The compiled parts for one frame size and number of objects. */
interface Sessions {
  readonly shape: string;
  memorize(frame: HostTensor, mask: HostTensor): Promise<StoredMemory>;
  segment(memory: StoredMemory, frame: HostTensor): Promise<HostTensor>;
  dispose(): Promise<void>;
}

/**
 * Follows objects through a sequence with STCN whose memory holds two frames: the first with its given mask and the one before
 * with the mask found for it. Every size of frames and number of objects is compiled once and kept until another comes.
 */
export function stcnSequenceSegmenter(
  network: StcnNetwork,
  weights: WeightMap,
  options: Pick<CompileOptions, 'engine' | 'threads'>,
): OpenSegmenter {
  let sessions: Sessions | undefined;
  const sessionsFor = async ({ width, height }: Frame, objects: number): Promise<Sessions> => {
    const shape = `${width}x${height}x${objects}`;
    if (sessions?.shape === shape) return sessions;
    await sessions?.dispose();
    sessions = makeSessions(network, shape, { ...options, weights });
    return sessions;
  };
  return {
    id: `${network.id}, memory of the first and the previous frame`,
    propagate: async (frames, firstMask) => {
      const labels = objectLabels(firstMask);
      if (labels.length === 0) throw new ShapeError('first mask', 'at least one object', 'none');
      const masks: Mask[] = [];
      let first: StoredMemory | undefined;
      let previous: { image: HostTensor; mask: Mask } | undefined;
      for await (const frame of frames) {
        const { memorize, segment } = await sessionsFor(frame, labels.length);
        const image = toTensor(frame);
        let mask: Mask;
        if (first === undefined) {
          mask = { ...firstMask, data: firstMask.data.map((label) => (labels.includes(label) ? label : 0)) };
          first = await memorize(image, toChannels(mask, labels));
        } else {
          const recent = previous && (await memorize(previous.image, toChannels(previous.mask, labels)));
          const memory = recent === undefined ? first : joinMemories(first, recent);
          mask = fromChannels(await segment(memory, image), labels);
          previous = { image, mask };
        }
        masks.push(mask);
      }
      return masks;
    },
    dispose: async () => sessions?.dispose(),
  };
}

function makeSessions(network: StcnNetwork, shape: string, options: CompileOptions): Sessions {
  const compiled = new Map<string, Compiled>();
  const get = async (name: string, make: () => Promise<Compiled>): Promise<Compiled> => {
    const session = compiled.get(name) ?? (await make());
    compiled.set(name, session);
    return session;
  };
  return {
    shape,
    memorize: async (frame, mask) => {
      const session = await get('memorize', () =>
        compile(
          (inputs, weights) => ({
            ...createStcnSegmenter(network, weights).memorize(inputs.frame as tf.Tensor4D, inputs.mask as tf.Tensor4D),
          }),
          { frame, mask },
          options,
        ),
      );
      const { keys, values } = await session.run({ frame, mask });
      return { keys: keys!, values: values! };
    },
    segment: async ({ keys, values }, frame) => {
      const session = await get(`segment ${keys.shape[1]}`, () =>
        compile(
          (inputs, weights) => {
            const segmenter = createStcnSegmenter(network, weights);
            const memory = { keys: inputs.keys as tf.Tensor3D, values: inputs.values as tf.Tensor3D };
            return { mask: segmenter.segment(memory, segmenter.encodeQuery(inputs.frame as tf.Tensor4D)) };
          },
          { keys, values, frame },
          options,
        ),
      );
      return (await session.run({ keys, values, frame })).mask!;
    },
    dispose: async () => {
      for (const session of compiled.values()) await session.dispose();
    },
  };
}

/** A frame as [1, H, W, 3] in 0..1. */
function toTensor({ data, width, height }: Frame): HostTensor {
  const values = data instanceof Uint8Array ? Float32Array.from(data, (value) => value / 255) : data;
  return hostTensor(values, [1, height, width, 3]);
}

function joinMemories(a: StoredMemory, b: StoredMemory): StoredMemory {
  return { keys: joinCells(a.keys, b.keys), values: joinCells(a.values, b.values) };
}

/** [A, N, C] and [A, M, C] to [A, N + M, C]. */
function joinCells(a: HostTensor, b: HostTensor): HostTensor {
  const [outer, cellsA, channels] = a.shape as [number, number, number];
  const cellsB = b.shape[1]!;
  const joined = new Float32Array(a.data.length + b.data.length);
  for (let i = 0; i < outer; i++) {
    const start = i * (cellsA + cellsB) * channels;
    joined.set(a.data.subarray(i * cellsA * channels, (i + 1) * cellsA * channels), start);
    joined.set(b.data.subarray(i * cellsB * channels, (i + 1) * cellsB * channels), start + cellsA * channels);
  }
  return hostTensor(joined, [outer, cellsA + cellsB, channels]);
}
