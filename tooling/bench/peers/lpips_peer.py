"""Times LPIPS (alex) in PyTorch, in the steps of the official package: each picture through the backbone by itself."""
import argparse

import torch
import torch.nn.functional as F

from harness import read_safetensors, serve

# Index of a convolution in torchvision's AlexNet, its stride and padding, and whether pooling comes first.
LAYERS = ((0, 4, 2, False), (3, 1, 2, True), (6, 1, 1, True), (8, 1, 1, False), (10, 1, 1, False))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--tensors', required=True)
    parser.add_argument('--threads', type=int, required=True)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    tensors = read_safetensors(arguments.tensors)
    weights = {name[8:]: tensor for name, tensor in tensors.items() if name.startswith('weights.')}
    pictures = [tensors['in.' + name].to(torch.uint8) for name in ('reference', 'distorted')]
    shift = torch.tensor([-.030, -.088, -.188]).view(1, 3, 1, 1)
    scale = torch.tensor([.458, .448, .450]).view(1, 3, 1, 1)

    def features(picture):
        x = 2 * (picture.permute(2, 0, 1).unsqueeze(0).float() / 255) - 1
        x = (x - shift) / scale
        maps = []
        for index, stride, padding, pools in LAYERS:
            if pools:
                x = F.max_pool2d(x, 3, 2)
            key = f'features.{index}.'
            x = F.relu(F.conv2d(x, weights[key + 'weight'], weights[key + 'bias'], stride, padding))
            maps.append(x / (torch.sqrt(torch.sum(x ** 2, dim=1, keepdim=True)) + 1e-10))
        return maps

    def run():
        with torch.no_grad():
            total = 0
            for layer, (a, b) in enumerate(zip(*map(features, pictures))):
                head = weights[f'lin{layer}.model.1.weight']
                total = total + F.conv2d((a - b) ** 2, head).mean((2, 3))
            return total

    serve(run, {'lpips': run().item()})


main()
