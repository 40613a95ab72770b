"""What every PyTorch competitor does: read the tensors, and speak JSON lines.

It writes {"ready": true, "check": {...}} when warm, then answers "run N" with {"milliseconds": [...]} and "end" with
{"peakRssBytes": n}.
"""
import json
import resource
import sys
import time

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


def nchw(tensor):
    return tensor.permute(0, 3, 1, 2).contiguous()


def say(record):
    print(json.dumps(record), flush=True)


def serve(run, check, variant=None):
    """`run` is what is timed, `check` holds the numbers that both competitors must agree on, `variant` says how it is done."""
    version = 'PyTorch ' + torch.__version__ + ('' if variant is None else ', by ' + variant)
    say({'ready': True, 'check': check, 'version': version})
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
