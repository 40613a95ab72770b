"""Makes the reference values of VFIPS and NIMA: the official network of VFIPS (a checkout of github.com/hqqxyy/VFIPS) and
timm's Inception-ResNet-v2 (0.6.13), with weights and inputs by the rule of tooling/testing/src/weights-rule.ts.

    python3 tooling/oracle/reference/learned_metrics.py --vfips DIR --out packages/eval/test/fixtures/learned.json

PyTorch 1.13 on the CPU, float64, made the stored values. Filling the weights takes a minute.
"""
import argparse
import importlib
import json
import math
import sys

import numpy as np
import torch
import torch.nn.functional as F

CLIP = (12, 3, 70, 81)
PICTURE = (1, 3, 40, 57)
# NIMA has one residual cell of each size and looks at this many pixels: the stored weights need not be many.
SIDE = 107


def weight_values(key, count, center, amplitude):
    state = 2166136261
    for byte in key.encode():
        state = ((state ^ byte) * 16777619) & 0xFFFFFFFF
    state = state or 1
    states = np.empty(count, np.uint32)
    for i in range(count):
        state ^= (state << 13) & 0xFFFFFFFF
        state ^= state >> 17
        state ^= (state << 5) & 0xFFFFFFFF
        states[i] = state
    uniform = states.astype(np.float64) / 4294967296
    return (center + amplitude * (2 * uniform - 1)).astype(np.float32)


def tensor(key, shape, center, amplitude):
    values = weight_values(key, math.prod(shape), center, amplitude)
    return torch.from_numpy(values.reshape(shape)).double()


def fill(network, gain):
    """Weights of amplitude sqrt(gain / fan-in); everything else around its usual value."""
    for key, value in network.state_dict().items():
        if not value.is_floating_point() or key.startswith('scaling_layer'):
            continue
        if key.endswith('running_var') or key.endswith('bn.weight'):
            value.copy_(tensor(key, value.shape, 1, 0.2))
        elif value.dim() >= 2 and not key.endswith('table'):
            value.copy_(tensor(key, value.shape, 0, math.sqrt(gain / math.prod(value.shape[1:]))))
        else:
            value.copy_(tensor(key, value.shape, 0, 0.1))
    return network.eval()


def vfips(folder):
    sys.path.insert(0, folder)
    module = importlib.import_module('networks.lpips_3d')
    network = fill(module.LPIPS_3D_Diff(net='multiscale_v33').double(), 3)
    clips = [tensor(name, CLIP, 0.5, 0.5)[None] for name in ('reference', 'distorted')]
    scaled = [network.scaling_layer((2 * clip - 1)[0])[None] for clip in clips]
    features = network.net(*scaled)
    layers = [network.lins[i](feature).mean().item() for i, feature in enumerate(features)]
    return {'layers': layers, 'score': network(2 * clips[0] - 1, 2 * clips[1] - 1).item()}


class Nima(torch.nn.Module):
    def __init__(self):
        super().__init__()
        import timm

        self.base_model = timm.create_model('inception_resnet_v2', pretrained=False, features_only=True)
        for name in ('repeat', 'repeat_1', 'repeat_2'):
            self.base_model[name] = self.base_model[name][:1]
        channels = self.base_model.feature_info.channels()[-1]
        self.classifier = torch.nn.Sequential(
            torch.nn.Flatten(), torch.nn.Dropout(0), torch.nn.Linear(channels, 10), torch.nn.Softmax(-1))

    def forward(self, x):
        return self.classifier(F.adaptive_avg_pool2d(self.base_model(x)[-1], 1))


def nima():
    network = fill(Nima().double(), 6)
    picture = tensor('picture', PICTURE, 0.5, 0.5)
    resized = F.interpolate(picture, (SIDE, int(SIDE * 57 / 40)), mode='bilinear', align_corners=False)
    left = round((resized.shape[3] - SIDE) / 2)
    distribution = network(2 * resized[..., left:left + SIDE] - 1)[0]
    score = (distribution * torch.arange(1, 11)).sum()
    deviation = (distribution * (torch.arange(1, 11) - score) ** 2).sum().sqrt()
    keys = sorted(key for key in network.state_dict() if not key.endswith('num_batches_tracked'))
    return {'distribution': distribution.tolist(), 'score': score.item(), 'deviation': deviation.item(),
            'tensors': len(keys)}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--vfips', required=True)
    parser.add_argument('--out', required=True)
    options = parser.parse_args()
    torch.set_grad_enabled(False)
    with open(options.out, 'w') as file:
        json.dump({'vfips': vfips(options.vfips), 'nima': nima()}, file, indent=1)
        file.write('\n')


if __name__ == '__main__':
    main()
