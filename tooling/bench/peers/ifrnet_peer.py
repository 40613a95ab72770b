"""Times the official IFRNet (a checkout of github.com/ltkong218/IFRNet) on the CPU.

Speaks JSON lines: writes {"ready": true, "check": {...}} when warm, then answers "run N" with {"milliseconds": [...]}
and "end" with {"peakRssBytes": n}.
"""
import argparse
import json
import resource
import sys
import time
import types

import numpy as np
import torch


def read_safetensors(path):
    with open(path, 'rb') as file:
        header_length = int.from_bytes(file.read(8), 'little')
        header = json.loads(file.read(header_length))
        content = file.read()
    tensors = {}
    for key, entry in header.items():
        if key == '__metadata__':
            continue
        begin, end = entry['data_offsets']
        values = np.frombuffer(content[begin:end], np.float32).reshape(entry['shape'])
        tensors[key] = torch.from_numpy(values.copy())
    return tensors


def import_model(official):
    # The official helpers import image libraries that timing does not need.
    for name in ('imageio', 'PIL'):
        try:
            __import__(name)
        except ImportError:
            stub = types.ModuleType(name)
            stub.imread = stub.imwrite = None
            stub.Image = types.ModuleType('Image')
            stub.ImageFile = types.ModuleType('ImageFile')
            sys.modules[name] = stub
    sys.path.insert(0, official)
    from models.IFRNet import Model
    return Model


def nchw(tensor):
    return tensor.permute(0, 3, 1, 2).contiguous()


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


def say(record):
    print(json.dumps(record), flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('task', choices=['inference', 'train'])
    parser.add_argument('--official', required=True)
    parser.add_argument('--tensors', required=True)
    parser.add_argument('--threads', type=int, required=True)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    tensors = read_safetensors(arguments.tensors)
    model = import_model(arguments.official)()
    prefix = 'weights.'
    model.load_state_dict({key[len(prefix):]: value for key, value in tensors.items() if key.startswith(prefix)})
    model.train(arguments.task == 'train')
    run, check = {'inference': inference, 'train': train}[arguments.task](model, tensors)
    say({'ready': True, 'check': check, 'version': 'PyTorch ' + torch.__version__})
    for line in sys.stdin:
        command = line.split()
        if command[0] == 'end':
            break
        times = []
        for _ in range(int(command[1])):
            start = time.perf_counter()
            run()
            times.append(1000 * (time.perf_counter() - start))
        say({'milliseconds': times})
    say({'peakRssBytes': 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss})


main()
