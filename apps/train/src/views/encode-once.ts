import type { Frame } from '@vosvfi/core';
import { type EncodedPicture, encodePicture } from '@vosvfi/report';

const encoded = new WeakMap<Frame, Promise<EncodedPicture>>();

/** The frame as a PNG file, encoded when it is first asked for. */
export function encodeOnce(frame: Frame): Promise<EncodedPicture> {
  const found = encoded.get(frame) ?? encodePicture(frame);
  encoded.set(frame, found);
  return found;
}
