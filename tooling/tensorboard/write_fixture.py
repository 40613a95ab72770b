"""Writes packages/train/test/fixtures/stock.tfevents with TensorBoard's own writer: pip install tensorboard pillow."""

import glob
import io
import shutil
import sys
import tempfile

from tensorboard.compat.proto.event_pb2 import Event, SessionLog
from tensorboard.compat.proto.summary_pb2 import HistogramProto, Summary
from tensorboard.summary.writer.event_file_writer import EventFileWriter

# A PNG of one red pixel, as small as they come, so that the file does not depend on an encoder.
RED = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63f8cfc0000003010100c9fe92ef"
    "0000000049454e44ae426082"
)

folder = tempfile.mkdtemp()
writer = EventFileWriter(folder)
writer.add_event(Event(wall_time=1.5, step=7, session_log=SessionLog(status=SessionLog.START)))
scalars = [Summary.Value(tag=tag, simple_value=value) for tag, value in
           [("loss/total", 0.25), ("loss/\u03bb1", -3.5), ("broken", float("nan"))]]
writer.add_event(Event(wall_time=2.25, step=7, summary=Summary(value=scalars)))
image = Summary.Image(height=1, width=1, colorspace=3, encoded_image_string=RED)
writer.add_event(Event(wall_time=3, step=300, summary=Summary(value=[Summary.Value(tag="sample-0", image=image)])))
# Values 0, 1, 1.5, 2 in two buckets.
histo = HistogramProto(min=0, max=2, num=4, sum=4.5, sum_squares=7.25, bucket_limit=[1, 2], bucket=[1, 3])
writer.add_event(Event(wall_time=4, step=2**40, summary=Summary(value=[Summary.Value(tag="weights/a", histo=histo)])))
writer.close()
(path,) = glob.glob(f"{folder}/events.out.tfevents.*")
shutil.copy(path, sys.argv[1])
