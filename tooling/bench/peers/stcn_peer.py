"""Times the official STCN (a checkout of github.com/hkchengrex/STCN) on the CPU: a mask carried to a second frame."""
import argparse

import torch

from harness import nchw, read_safetensors, serve
from stcn_network import import_official, load


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--official', required=True)
    parser.add_argument('--tensors', required=True)
    parser.add_argument('--threads', type=int, required=True)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    tensors = read_safetensors(arguments.tensors)
    STCN, MemoryBank, aggregate = import_official(arguments.official)
    network = load(STCN, tensors)
    mean = torch.tensor([0.485, 0.456, 0.406]).view(1, 3, 1, 1)
    deviation = torch.tensor([0.229, 0.224, 0.225]).view(1, 3, 1, 1)
    frame0, frame1, mask0 = (nchw(tensors['in.' + name]) for name in ('frame0', 'frame1', 'mask0'))

    def run():
        with torch.no_grad():
            image0, image1 = ((frame - mean) / deviation for frame in (frame0, frame1))
            masks = aggregate(mask0, keep_bg=True)[1:]
            key, _, f16, _, _ = network.encode_key(image0)
            bank = MemoryBank(k=1, top_k=20)
            bank.add_memory(key, network.encode_value(image0, f16, masks))
            key, thin, _, f8, f4 = network.encode_key(image1)
            return aggregate(network.segment_with_query(bank, f8, f4, key, thin), keep_bg=True)[1:]

    mask = run().double()
    serve(run, {'mean': mask.mean().item(), 'meanSquare': (mask ** 2).mean().item()})


main()
