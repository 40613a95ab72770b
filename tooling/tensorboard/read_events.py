"""Reads event files as TensorBoard does and prints what it would show, a line a tag: pip install tensorboard.

usage: read_events.py FOLDER
"""

import json
import math
import sys

from tensorboard.backend.event_processing.plugin_event_accumulator import EventAccumulator
from tensorboard.util import tensor_util

accumulator = EventAccumulator(sys.argv[1], tensor_size_guidance={name: 0 for name in ("scalars", "images", "histograms")})
accumulator.Reload()
tags = accumulator.Tags()
shown = {"scalars": {}, "images": {}, "histograms": {}}
for tag in tags["tensors"]:
    plugin = accumulator.summary_metadata[tag].plugin_data.plugin_name
    for event in accumulator.Tensors(tag):
        value = tensor_util.make_ndarray(event.tensor_proto)
        if plugin == "scalars":
            number = float(value)
            shown["scalars"].setdefault(tag, []).append([event.step, number if math.isfinite(number) else str(number)])
        elif plugin == "images":
            width, height, *pngs = list(value)
            sizes = [len(png) for png in pngs]
            is_png = all(png.startswith(b"\x89PNG") for png in pngs)
            entry = {"step": event.step, "width": int(width), "height": int(height), "bytes": sizes, "png": is_png}
            shown["images"].setdefault(tag, []).append(entry)
        elif plugin == "histograms":
            shown["histograms"].setdefault(tag, []).append(
                {"step": event.step, "buckets": len(value), "from": float(value[0][0]), "to": float(value[-1][1]),
                 "count": float(value[:, 2].sum())})
for kind, tags in shown.items():
    for tag, events in tags.items():
        print(kind, tag, json.dumps(events))
