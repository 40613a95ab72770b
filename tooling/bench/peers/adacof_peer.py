"""Times a training step of the official AdaCoF (a checkout of github.com/HyeongminLEE/AdaCoF-pytorch) on the CPU.

Its operator is a CUDA kernel; here it is the fastest of the vectorised PyTorch versions of adacof_operator.py that work here. As in the
official code the frames that it samples take no gradient.
"""
import argparse
import json
import subprocess
import sys
import types

import torch

from adacof_operator import VARIANTS as ALL_VARIANTS
from harness import nchw, read_safetensors, serve


# PyTorch 1.13 cannot differentiate embedding_bag's weights where the table is a constant.
VARIANTS = {name: collect for name, collect in ALL_VARIANTS.items() if name != 'bags'}


def import_network(official, collect):
    """The official network, whose operator becomes `collect`. The frame comes padded already, and the operator pads itself."""
    def apply(padded, weight, alpha, beta, dilation):
        margin = (padded.shape[2] - weight.shape[2]) // 2
        image = padded[:, :, margin:-margin, margin:-margin]
        return collect(image, weight, alpha, beta, dilation)

    operator = types.ModuleType('cupy_module.adacof')
    operator.FunctionAdaCoF = types.SimpleNamespace(apply=apply)
    package = types.ModuleType('cupy_module')
    package.adacof = operator
    sys.modules['cupy_module'] = package
    sys.modules['cupy_module.adacof'] = operator
    sys.path.insert(0, official)
    from models.adacofnet import AdaCoFNet
    return AdaCoFNet


def charbonnier(difference, epsilon=0.001):
    return torch.mean(torch.sqrt(difference ** 2 + epsilon ** 2))


def training(official, tensors, collect):
    model = import_network(official, collect)(types.SimpleNamespace(kernel_size=5, dilation=1))
    prefix = 'weights.'
    model.load_state_dict({key[len(prefix):]: value for key, value in tensors.items() if key.startswith(prefix)})
    model.train()
    frame0, frame_t, frame1 = (nchw(tensors['in.' + name]) for name in ('frame0', 'frameT', 'frame1'))
    optimizer = torch.optim.Adamax(model.parameters(), lr=1e-3)

    def run():
        optimizer.zero_grad()
        output = model(frame0, frame1)
        loss = charbonnier(output['frame1'] - frame_t) + 0.01 * output['g_Spatial'] + 0.005 * output['g_Occlusion']
        loss.backward()
        optimizer.step()
        return loss.item()

    return run


def fastest():
    """The variant whose second-best step of three is shortest, each timed in a process of its own."""
    times = {}
    for name in VARIANTS:
        command = [sys.executable, *sys.argv, '--variant', name]
        answers = subprocess.run(command, input='run 3\nend\n', capture_output=True, text=True, check=True).stdout
        times[name] = sorted(json.loads(answers.splitlines()[1])['milliseconds'])[1]
    return min(times, key=times.get)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--variant', choices=VARIANTS)
    parser.add_argument('--official', required=True)
    parser.add_argument('--tensors', required=True)
    parser.add_argument('--threads', type=int, required=True)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    variant = arguments.variant or fastest()
    run = training(arguments.official, read_safetensors(arguments.tensors), VARIANTS[variant])
    serve(run, {'loss %d' % step: run() for step in (1, 2, 3)}, variant)


main()
