import type { Frame, Mask } from '@vosvfi/core';
import { readFrame } from '@vosvfi/data';
import { loadWeights } from '@vosvfi/models/weights';
import { createStcn, createStcnPropagator, type StcnPreset, type StcnPropagatorOptions } from '@vosvfi/vos/stcn';
import { largestLabel, resizeFrame, resizeMask } from './resize.js';

/** Carries a first mask through the frames of files. */
export interface MaskCarrier {
  carry(frames: readonly string[], first: Mask): Promise<Mask[]>;
  dispose(): Promise<void>;
}

/** How a network is used. */
export interface CarrierOptions extends StcnPropagatorOptions {
  /** Frames are enlarged by this before the network sees them; its probabilities are stretched back. */
  readonly scale: number;
}

/** @throws CheckpointError for weights that cannot be read or do not fit. */
export async function openCarrier(preset: StcnPreset, file: string, options: CarrierOptions): Promise<MaskCarrier> {
  const { scale, ...propagation } = options;
  const network = createStcn(preset);
  const propagator = createStcnPropagator(network, await loadWeights(file, network.parameters), propagation);
  return {
    dispose: () => propagator.dispose(),
    async carry(files, first) {
      const size = { width: Math.round(first.width * scale), height: Math.round(first.height * scale) };
      const masks: Mask[] = [];
      for await (const { mask, probabilities, labels } of propagator.frames(
        resized(files, scale, size),
        scale === 1 ? first : resizeMask(first, size),
      )) {
        masks.push(scale === 1 ? mask : largestLabel(probabilities, labels, first));
      }
      return masks;
    },
  };
}

async function* resized(
  files: readonly string[],
  scale: number,
  size: { width: number; height: number },
): AsyncGenerator<Frame, void, undefined> {
  for (const file of files) {
    const frame = await readFrame(file);
    yield scale === 1 ? frame : resizeFrame(frame, size);
  }
}
