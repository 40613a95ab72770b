"""Times the official InferenceCore of STCN (a checkout of github.com/hkchengrex/STCN) on the CPU: a mask through a video."""
import argparse

import torch

from harness import read_safetensors, serve
from stcn_network import import_official, load


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--official', required=True)
    parser.add_argument('--tensors', required=True)
    parser.add_argument('--threads', type=int, required=True)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    tensors = read_safetensors(arguments.tensors)
    STCN, _, _ = import_official(arguments.official)
    from inference_core import InferenceCore
    # It names the device itself.
    torch.Tensor.cuda = lambda tensor: tensor
    zeros = torch.zeros
    torch.zeros = lambda *shape, device=None, **options: zeros(*shape, **options)
    network = load(STCN, tensors)
    mean = torch.tensor([0.485, 0.456, 0.406]).view(1, 1, 3, 1, 1)
    deviation = torch.tensor([0.229, 0.224, 0.225]).view(1, 1, 3, 1, 1)
    frames = tensors['in.frames'].permute(0, 3, 1, 2).unsqueeze(0).contiguous()
    mask = tensors['in.mask'].unsqueeze(0).unsqueeze(0)
    height, width = mask.shape[-2:]

    def run():
        with torch.no_grad():
            core = InferenceCore(network, (frames - mean) / deviation, 1, top_k=20, mem_every=5)
            core.interact(mask, 0, frames.shape[1])
            left, _, top, _ = core.pad
            return core.prob[:, -1, 0, top:top + height, left:left + width]

    last = run().double()
    serve(run, {'mean': last.mean().item(), 'meanSquare': (last ** 2).mean().item()})


main()
