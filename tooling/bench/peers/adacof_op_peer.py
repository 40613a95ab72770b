"""Times AdaCoF's operator as vectorised PyTorch on the CPU; the official one is a CUDA kernel and has no CPU path.

Four ways to compute it, each by few calls over large tensors and differentiable in all inputs. Without --variant the peer
first times all of them, each in a process of its own, and runs the fastest.
"""

import argparse
import json
import subprocess
import sys

import torch

from adacof_operator import VARIANTS
from harness import nchw, read_safetensors, serve


def summary(tensor):
    return tensor.double().pow(2).mean().item()


def forward(collect, tensors, dilation):
    operands = [nchw(tensors['in.' + name]) for name in ('image', 'weights', 'offsetsY', 'offsetsX')]

    def run():
        with torch.no_grad():
            return collect(*operands, dilation)

    return run, {'out': summary(run())}


def backward(collect, tensors, dilation):
    names = ('image', 'weights', 'offsetsY', 'offsetsX')
    operands = [nchw(tensors['in.' + name]).requires_grad_() for name in names]
    dy = nchw(tensors['in.dy'])

    def run():
        return torch.autograd.grad(collect(*operands, dilation), operands, dy)

    return run, {'d' + name[0].upper() + name[1:]: summary(grad) for name, grad in zip(names, run())}


def fastest():
    """Name of the variant whose third-best run of five is shortest, each timed in a process of its own."""
    times = {}
    for name in VARIANTS:
        command = [sys.executable, *sys.argv, '--variant', name]
        answers = subprocess.run(command, input='run 5\nend\n', capture_output=True, text=True, check=True).stdout
        times[name] = sorted(json.loads(answers.splitlines()[1])['milliseconds'])[2]
    return min(times, key=times.get)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('task', choices=['forward', 'backward'])
    parser.add_argument('--variant', choices=VARIANTS)
    parser.add_argument('--dilation', type=int, default=1)
    parser.add_argument('--tensors', required=True)
    parser.add_argument('--threads', type=int, required=True)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    variant = arguments.variant or fastest()
    tensors = read_safetensors(arguments.tensors)
    task = {'forward': forward, 'backward': backward}[arguments.task]
    run, check = task(VARIANTS[variant], tensors, arguments.dilation)
    run()
    serve(run, check, variant)


main()
