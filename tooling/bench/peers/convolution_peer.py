"""Times one convolution of PyTorch on the CPU: forward, or forward and both gradients."""
import argparse

import torch

from harness import read_safetensors, serve


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--task', choices=['forward', 'backward'])
    parser.add_argument('--stride', type=int, required=True)
    parser.add_argument('--tensors', required=True)
    parser.add_argument('--threads', type=int, required=True)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    tensors = read_safetensors(arguments.tensors)
    x, slope = (tensors['in.' + name] for name in ('x', 'slope'))
    weight = tensors['weights.weight']
    padding = weight.shape[2] // 2

    def forward():
        with torch.no_grad():
            return torch.conv2d(x, weight, None, arguments.stride, padding),

    def backward():
        inputs = [x.detach().requires_grad_(), weight.detach().requires_grad_()]
        y = torch.conv2d(*inputs, None, arguments.stride, padding)
        return y.detach(), *torch.autograd.grad(y, inputs, slope)

    run = {'forward': forward, 'backward': backward}[arguments.task]
    serve(run, {'largest %d' % i: t.max().item() for i, t in enumerate(run())})


main()
