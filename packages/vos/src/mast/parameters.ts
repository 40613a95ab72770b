import { type Random, sizeOf } from '@vosvfi/core';
import type { ParameterSpec } from '@vosvfi/runtime';
import { hasShortcut, type MastConfig, mastBlocks } from './config.js';

/** PyTorch's default: uniform within 1 / sqrt(fan-in), for weights and biases. */
function uniform(shape: readonly number[], fanIn: number): (random: Random) => Float32Array {
  const bound = 1 / Math.sqrt(fanIn);
  return (random) => Float32Array.from({ length: sizeOf(shape) }, () => random.uniform(-bound, bound));
}

function filled(size: number, value: number): () => Float32Array {
  return () => new Float32Array(size).fill(value);
}

function convolution(key: string, inputs: number, outputs: number, kernel: number): ParameterSpec {
  const shape = [outputs, inputs, kernel, kernel];
  return { key: `${key}.weight`, shape, init: uniform(shape, inputs * kernel * kernel) };
}

function normalization(key: string, channels: number): ParameterSpec[] {
  const shape = [channels];
  return [
    { key: `${key}.weight`, shape, init: filled(channels, 1) },
    { key: `${key}.bias`, shape, init: filled(channels, 0) },
    { key: `${key}.running_mean`, shape, init: filled(channels, 0), trainable: false },
    { key: `${key}.running_var`, shape, init: filled(channels, 1), trainable: false },
  ];
}

/** Keys and shapes of the official state dict, in its order (without its unused `num_batches_tracked`). */
export function mastParameters(config: MastConfig): ParameterSpec[] {
  const { stem, widths, featureChannels } = config;
  const features = widths[3];
  const fanIn = features * 9;
  return [
    convolution('feature_extraction.conv1.0', 3, stem, 7),
    ...normalization('feature_extraction.conv1.1', stem),
    ...mastBlocks(config).flatMap((block) => {
      const { key, inputs, outputs } = block;
      return [
        convolution(`${key}.left.0`, inputs, outputs, 3),
        ...normalization(`${key}.left.1`, outputs),
        convolution(`${key}.left.3`, outputs, outputs, 3),
        ...normalization(`${key}.left.4`, outputs),
        ...(hasShortcut(block)
          ? [convolution(`${key}.shortcut.0`, inputs, outputs, 1), ...normalization(`${key}.shortcut.1`, outputs)]
          : []),
      ];
    }),
    convolution('post_convolution', features, featureChannels, 3),
    { key: 'post_convolution.bias', shape: [featureChannels], init: uniform([featureChannels], fanIn) },
  ];
}
