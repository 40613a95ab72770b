import type { ParameterSpec } from '@vosvfi/runtime';
import { batchNorm, convolution } from '../layers/layer-parameters.js';
import { outerChannels, type ResidualNetworkWidths, residualParameters } from '../layers/residual-parameters.js';
import type { Deeplabv3Config } from './config.js';

/** Names of the backbone's stages. */
const stages = ['layer1', 'layer2', 'layer3', 'layer4'] as const;

/** The backbone: its features stay at 1/8 of the frame, later stages dilate. */
export function backboneOf({ backbone }: Deeplabv3Config): ResidualNetworkWidths {
  return { ...backbone, key: 'backbone', block: 'bottleneck', inputs: 3, stages, outputStride: 8 };
}

function normalized(
  [key, normalization]: readonly [string, string],
  inputs: number,
  outputs: number,
  kernel: number,
): ParameterSpec[] {
  return [...convolution(key, { inputs, outputs, kernel, bias: false }), ...batchNorm(normalization, outputs)];
}

/** Keys and shapes of torchvision's state dict, in its order, without the auxiliary classifier. */
export function deeplabv3Parameters(config: Deeplabv3Config): ParameterSpec[] {
  const { head, rates, classes } = config;
  const features = outerChannels('bottleneck', config.backbone.widths[3]);
  const key = 'classifier.0';
  const pooled = rates.length + 1;
  return [
    ...residualParameters(backboneOf(config)),
    ...normalized([`${key}.convs.0.0`, `${key}.convs.0.1`], features, head, 1),
    ...rates.flatMap((_, index) =>
      normalized([`${key}.convs.${index + 1}.0`, `${key}.convs.${index + 1}.1`], features, head, 3),
    ),
    ...normalized([`${key}.convs.${pooled}.1`, `${key}.convs.${pooled}.2`], features, head, 1),
    ...normalized([`${key}.project.0`, `${key}.project.1`], (rates.length + 2) * head, head, 1),
    ...normalized(['classifier.1', 'classifier.2'], head, head, 3),
    ...convolution('classifier.4', { inputs: head, outputs: classes, kernel: 1, gain: 1 }),
  ];
}

/** What torchvision's files hold beside the network: the auxiliary classifier of training. */
export function auxiliaryParameters({ backbone, classes }: Deeplabv3Config): ParameterSpec[] {
  const features = outerChannels('bottleneck', backbone.widths[2]);
  const inner = Math.floor(features / 4);
  return [
    ...normalized(['aux_classifier.0', 'aux_classifier.1'], features, inner, 3),
    ...convolution('aux_classifier.4', { inputs: inner, outputs: classes, kernel: 1, gain: 1 }),
  ];
}
