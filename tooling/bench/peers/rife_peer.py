"""Times the official RIFE (a checkout of github.com/hzwer/ECCV2022-RIFE) on the CPU."""
import argparse
import sys

import torch

from harness import nchw, read_safetensors, serve


def inference(model, tensors):
    frames = torch.cat([nchw(tensors['in.' + name]) for name in ('frame0', 'frame1')], 1)

    def run():
        with torch.no_grad():
            return model(frames, [4, 2, 1])[2][2]

    frame = run().double()
    return run, {'mean': frame.mean().item(), 'meanSquare': (frame ** 2).mean().item()}


def train(model, tensors):
    from model.laplacian import LapLoss
    frame0, frame1, frame_t = (nchw(tensors['in.' + name]) for name in ('frame0', 'frame1', 'frameT'))
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-4, weight_decay=1e-3)
    lap = LapLoss()

    def run():
        _, _, merged, _, teacher, distillation = model(torch.cat((frame0, frame1, frame_t), 1), [4, 2, 1])
        loss = lap(merged[2], frame_t).mean() + lap(teacher, frame_t).mean() + 0.01 * distillation
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return loss.item()

    return run, {'loss %d' % step: run() for step in (1, 2, 3)}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('task', choices=['inference', 'train'])
    parser.add_argument('--official', required=True)
    parser.add_argument('--tensors', required=True)
    parser.add_argument('--threads', type=int, required=True)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    tensors = read_safetensors(arguments.tensors)
    sys.path.insert(0, arguments.official)
    from model.IFNet import IFNet
    model = IFNet()
    prefix = 'weights.'
    model.load_state_dict({key[len(prefix):]: value for key, value in tensors.items() if key.startswith(prefix)})
    model.train(arguments.task == 'train')
    serve(*{'inference': inference, 'train': train}[arguments.task](model, tensors))


main()
