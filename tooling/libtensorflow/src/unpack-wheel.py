"""Unpacks the C headers and the two libraries of a tensorflow wheel: unpack-wheel.py WHEEL FOLDER"""

import sys
import zipfile

LIBRARIES = ("tensorflow/libtensorflow_cc.so.2", "tensorflow/libtensorflow_framework.so.2")
HEADERS = tuple(
    f"tensorflow/include/tensorflow/{folder}/"
    for folder in ("c", "core/platform", "tsl/platform", "tsl/c")
)

wheel, folder = sys.argv[1:]
with zipfile.ZipFile(wheel) as archive:
    for name in archive.namelist():
        if name in LIBRARIES or (name.startswith(HEADERS) and name.endswith(".h")):
            archive.extract(name, folder)
