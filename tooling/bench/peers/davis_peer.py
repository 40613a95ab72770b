"""Times J and F of the official davis2017-evaluation (a checkout of github.com/davisvideochallenge/davis2017-evaluation)."""
import argparse
import sys
import types

import cv2
import numpy as np

from harness import read_safetensors, serve


def disk(radius):
    """As scikit-image has it, which the official code needs for nothing else."""
    line = np.arange(-radius, radius + 1)
    return (line[:, None] ** 2 + line[None, :] ** 2 <= radius ** 2).astype(np.uint8)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--official', required=True)
    parser.add_argument('--tensors', required=True)
    parser.add_argument('--threads', type=int, required=True)
    arguments = parser.parse_args()
    cv2.setNumThreads(arguments.threads)
    morphology = types.ModuleType('skimage.morphology')
    morphology.disk = disk
    sys.modules.update({'skimage': types.ModuleType('skimage'), 'skimage.morphology': morphology})
    sys.path.insert(0, arguments.official)
    from davis2017.metrics import db_eval_boundary, db_eval_iou
    tensors = read_safetensors(arguments.tensors)
    annotations, shifted, grown = (
        tensors['in.' + name].numpy().astype(np.uint8) for name in ('annotations', 'shifted', 'grown'))

    def run():
        scores = {}
        for name, results in (('shifted', shifted), ('grown', grown)):
            scores[name + ' J'] = db_eval_iou(annotations, results).mean()
            scores[name + ' F'] = db_eval_boundary(annotations, results).mean()
        return scores

    serve(run, {name: float(value) for name, value in run().items()})


main()
