"""Times the official IFRNet (a checkout of github.com/ltkong218/IFRNet) on the CPU."""
import argparse
import importlib
import sys
import types

import torch

from harness import nchw, read_safetensors, serve


def import_model(official, name):
    # The official helpers import image libraries that timing does not need.
    for library in ('imageio', 'PIL'):
        try:
            __import__(library)
        except ImportError:
            stub = types.ModuleType(library)
            stub.imread = stub.imwrite = None
            stub.Image = types.ModuleType('Image')
            stub.ImageFile = types.ModuleType('ImageFile')
            sys.modules[library] = stub
    sys.path.insert(0, official)
    return importlib.import_module('models.' + name).Model


def inference(model, tensors):
    frame0, frame1, t = (nchw(tensors['in.' + name]) for name in ('frame0', 'frame1', 't'))

    def run():
        with torch.no_grad():
            return model.inference(frame0, frame1, t)

    frame = run().double()
    return run, {'mean': frame.mean().item(), 'meanSquare': (frame ** 2).mean().item()}


def train(model, tensors):
    frame0, frame1, t, frame_t = (nchw(tensors['in.' + name]) for name in ('frame0', 'frame1', 't', 'frameT'))
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-4, weight_decay=0)

    def run():
        optimizer.zero_grad()
        _, reconstruction, geometry, _ = model(frame0, frame1, t, frame_t)
        loss = reconstruction + geometry
        loss.backward()
        optimizer.step()
        return loss.item()

    return run, {'loss %d' % step: run() for step in (1, 2, 3)}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('task', choices=['inference', 'train'])
    parser.add_argument('--model', choices=['IFRNet', 'IFRNet_S'], default='IFRNet')
    parser.add_argument('--official', required=True)
    parser.add_argument('--tensors', required=True)
    parser.add_argument('--threads', type=int, required=True)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    tensors = read_safetensors(arguments.tensors)
    model = import_model(arguments.official, arguments.model)()
    prefix = 'weights.'
    model.load_state_dict({key[len(prefix):]: value for key, value in tensors.items() if key.startswith(prefix)})
    model.train(arguments.task == 'train')
    serve(*{'inference': inference, 'train': train}[arguments.task](model, tensors))


main()
