"""Carries the first mask of sequences on by OpenCV's DIS optical flow, frame by frame.

Usage: dis_warp.py LIST OUTPUT, where LIST is a JSON file [{"name", "frames": [path..], "mask": path of the first mask}].
Writes OUTPUT/NAME/00000.png.. with the labels as grey values. The flow leads from each frame back to the one before;
each label's mask is sampled there bilinearly, and the largest share wins.
"""
import json
import os
import sys

import cv2
import numpy as np


def labels_of(path):
    """Labels of an 8-bit PNG: palette indices, or black and white."""
    from PIL import Image
    mask = np.array(Image.open(path))
    if mask.ndim == 3:
        mask = mask[..., 0]
    return np.where(mask == 255, 1, mask) if set(np.unique(mask)) <= {0, 255} else mask


def carry(frames, mask):
    """Yields one label map for each frame."""
    flow_of = cv2.DISOpticalFlow_create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    labels = [label for label in np.unique(mask) if label != 255]
    shares = np.stack([(mask == label).astype(np.float32) for label in labels])
    previous = cv2.cvtColor(cv2.imread(frames[0]), cv2.COLOR_BGR2GRAY)
    height, width = previous.shape
    columns, rows = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    yield np.array(labels, np.uint8)[shares.argmax(0)]
    for path in frames[1:]:
        current = cv2.cvtColor(cv2.imread(path), cv2.COLOR_BGR2GRAY)
        flow = flow_of.calc(current, previous, None)
        x, y = columns + flow[..., 0], rows + flow[..., 1]
        warped = [cv2.remap(share, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE) for share in shares]
        winner = np.stack(warped).argmax(0)
        shares = np.stack([(winner == k).astype(np.float32) for k in range(len(labels))])
        previous = current
        yield np.array(labels, np.uint8)[winner]


def main(listing, output):
    cv2.setNumThreads(1)
    with open(listing) as file:
        sequences = json.load(file)
    for sequence in sequences:
        folder = os.path.join(output, sequence['name'])
        os.makedirs(folder, exist_ok=True)
        for index, mask in enumerate(carry(sequence['frames'], labels_of(sequence['mask']))):
            cv2.imwrite(os.path.join(folder, '%05d.png' % index), mask)


if __name__ == '__main__':
    main(*sys.argv[1:])
