import type { ParameterSpec } from '@vosvfi/runtime';
import { batchNorm, convolution } from './layer-parameters.js';
import type { ResidualBlock } from './residual-network.js';

/** Initial scale of what a block adds to its shortcut: with frozen statistics nothing else bounds the sum. */
export const branchScale = 0.5;

/** Widths and depths of a residual network, as `residualFeatures` runs it. */
export interface ResidualNetworkWidths {
  readonly key: string;
  readonly block: ResidualBlock;
  /** Channels of the picture. */
  readonly inputs: number;
  /** Channels of the first convolution. */
  readonly stem: number;
  readonly stages: readonly string[];
  /** Inner channels of each stage's blocks. */
  readonly widths: readonly number[];
  /** Blocks of each stage. */
  readonly depths: readonly number[];
  /** Biases before the normalizations. Default false. */
  readonly bias?: boolean;
  /** Samples of the frame for one of the last stages' features. Default: no limit. */
  readonly outputStride?: number;
}

/** Outer channels of blocks. */
export function outerChannels(block: ResidualBlock, width: number): number {
  return block === 'bottleneck' ? 4 * width : width;
}

/** Parameters of a residual network in the order of torchvision's state dict. */
export function residualParameters(network: ResidualNetworkWidths): ParameterSpec[] {
  const { key, block, inputs: channels, stem, stages, widths, depths, bias = false, outputStride = Infinity } = network;
  const parameters = [
    ...convolution(`${key}.conv1`, { inputs: channels, outputs: stem, kernel: 7, bias }),
    ...batchNorm(`${key}.bn1`, stem),
  ];
  let inputs = stem;
  stages.forEach((stage, level) => {
    const width = widths[level]!;
    const isStrided = level > 0 && 4 * 2 ** level <= outputStride;
    for (let index = 0; index < depths[level]!; index++) {
      const outputs = outerChannels(block, width);
      const needsShortcut = index === 0 && (isStrided || inputs !== outputs);
      parameters.push(...blockParameters(`${key}.${stage}.${index}`, { block, inputs, width, bias, needsShortcut }));
      inputs = outputs;
    }
  });
  return parameters;
}

interface BlockShape {
  readonly block: ResidualBlock;
  readonly inputs: number;
  readonly width: number;
  readonly bias: boolean;
  /** The shortcut has a convolution of its own. */
  readonly needsShortcut: boolean;
}

function blockParameters(key: string, { block, inputs, width, bias, needsShortcut }: BlockShape): ParameterSpec[] {
  const outputs = outerChannels(block, width);
  const layers =
    block === 'bottleneck'
      ? [
          { inputs, outputs: width, kernel: 1 },
          { inputs: width, outputs: width, kernel: 3 },
          { inputs: width, outputs, kernel: 1 },
        ]
      : [
          { inputs, outputs: width, kernel: 3 },
          { inputs: width, outputs, kernel: 3 },
        ];
  const parameters = layers.flatMap((layer, index) => [
    ...convolution(`${key}.conv${index + 1}`, { ...layer, bias }),
    ...batchNorm(`${key}.bn${index + 1}`, layer.outputs, index === layers.length - 1 ? branchScale : 1),
  ]);
  if (!needsShortcut) return parameters;
  const shortcut = { inputs, outputs, kernel: 1, bias, gain: 1 };
  return [...parameters, ...convolution(`${key}.downsample.0`, shortcut), ...batchNorm(`${key}.downsample.1`, outputs)];
}
