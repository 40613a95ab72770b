import { type Frame, type HostTensor, hostTensor, type Mask, ShapeError, type WeightMap } from '@vosvfi/core';
import { createCompiler } from '@vosvfi/runtime';
import type * as tf from '@vosvfi/runtime/tf';
import type { StcnNetwork } from '@vosvfi/vos/stcn';

/** Carries a mask from one frame to another. */
export interface PairSegmenter {
  readonly id: string;
  /** Label 1 where the object of `mask0` (any label above 0) is in `frame1`. All of one size. */
  carry(frame0: Frame, mask0: Mask, frame1: Frame): Promise<Mask>;
  dispose(): Promise<void>;
}

/** [1, H, W, C] in 0..1. */
function toTensor(data: Frame['data'], width: number, height: number, scale: number): HostTensor {
  const channels = data.length / (width * height);
  return hostTensor(
    Float32Array.from(data, (value) => value * scale),
    [1, height, width, channels],
  );
}

function frameTensor({ data, width, height }: Frame): HostTensor {
  return toTensor(data, width, height, data instanceof Uint8Array ? 1 / 255 : 1);
}

/** STCN from one frame to the next, compiled at the first call of a size. */
export function createPairSegmenter(network: StcnNetwork, weights: WeightMap): PairSegmenter {
  const compiler = createCompiler({ capacity: 1 });
  const run = compiler.define((inputs, constants) => forward(network, inputs, constants), weights);
  return {
    id: network.id,
    carry: async (frame0, mask0, frame1) => {
      const { width, height } = mask0;
      if (frame1.width !== width || frame1.height !== height) {
        throw new ShapeError('frame to segment', `${width} x ${height}`, `${frame1.width} x ${frame1.height}`);
      }
      const region = mask0.data.map((label) => (label > 0 ? 1 : 0));
      const inputs = {
        frame0: frameTensor(frame0),
        mask0: toTensor(region, width, height, 1),
        frame1: frameTensor(frame1),
      };
      const { mask } = await run(inputs);
      return { width, height, data: Uint8Array.from(mask!.data, (probability) => (probability > 0.5 ? 1 : 0)) };
    },
    dispose: () => compiler.dispose(),
  };
}

function forward(
  network: StcnNetwork,
  inputs: Readonly<Record<string, tf.Tensor>>,
  weights: ReadonlyMap<string, tf.Tensor>,
): { mask: tf.Tensor } {
  const { mask1 } = network.forward(weights, {
    frame0: inputs.frame0 as tf.Tensor4D,
    mask0: inputs.mask0 as tf.Tensor4D,
    frame1: inputs.frame1 as tf.Tensor4D,
  });
  return { mask: mask1 };
}
