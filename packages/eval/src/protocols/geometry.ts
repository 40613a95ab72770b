import { type Frame, type Mask, ShapeError } from '@vosvfi/core';
import type { Protocol } from '../evaluation/protocol-schema.js';
import { shrinkFrame } from '../study/shrink.js';
import { resizeFrame, resizeMask } from './resize.js';

/** Brings pictures to the size that a protocol evaluates. */
export interface Geometry {
  /** @throws ShapeError if the frame is too small for it. */
  frame(frame: Frame): Frame;
  /** Labels are never mixed: each pixel takes the nearest one's. @throws ShapeError as {@link Geometry.frame}. */
  mask(mask: Mask): Mask;
}

/** The geometry that a protocol's data describe. */
export function createGeometry(geometry: Protocol['geometry']): Geometry {
  switch (geometry.kind) {
    case 'none':
      return { frame: (frame) => frame, mask: (mask) => mask };
    case 'resize': {
      const { width, height, filter } = geometry;
      const isDone = (picture: Frame | Mask): boolean => picture.width === width && picture.height === height;
      return {
        frame: (frame) => {
          if (isDone(frame)) return frame;
          const factor = frame.width / width;
          // A mean that lies between two values is rounded up, as OpenCV does where it halves pictures.
          const isWhole = filter === 'area' && Number.isInteger(factor) && frame.height === height * factor;
          return isWhole ? shrinkFrame(frame, factor) : resizeFrame(frame, width, height, filter);
        },
        mask: (mask) => (isDone(mask) ? mask : resizeMask(mask, width, height)),
      };
    }
    case 'center-crop': {
      const { width, height } = geometry;
      return {
        frame: (frame) => ({ ...frame, data: cropped(frame, width, height, 3), width, height }),
        mask: (mask) => ({ data: cropped(mask, width, height, 1), width, height }),
      };
    }
    case 'shrink': {
      const { factor } = geometry;
      const reduced = (size: number): number => Math.floor(size / factor);
      return {
        frame: (frame) => shrinkFrame(requireSize(frame, factor, factor), factor),
        mask: (mask) => {
          const [width, height] = [reduced(mask.width), reduced(mask.height)];
          requireSize(mask, factor, factor);
          return resizeMask(cutTo(mask, width * factor, height * factor), width, height);
        },
      };
    }
  }
}

/** The upper left part of a mask. */
function cutTo(mask: Mask, width: number, height: number): Mask {
  return { data: copied(mask.data, mask.width, { left: 0, top: 0, width, height }, 1), width, height };
}

function requireSize<T extends Frame | Mask>(picture: T, width: number, height: number): T {
  if (picture.width >= width && picture.height >= height) return picture;
  throw new ShapeError('picture', `at least ${width}x${height}`, `${picture.width}x${picture.height}`);
}

function cropped<T extends Uint8Array | Float32Array>(
  picture: { readonly data: T; readonly width: number; readonly height: number },
  width: number,
  height: number,
  channels: number,
): T {
  requireSize(picture as Frame, width, height);
  const left = Math.floor((picture.width - width) / 2);
  const top = Math.floor((picture.height - height) / 2);
  return copied(picture.data, picture.width, { left, top, width, height }, channels);
}

interface Part {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

function copied<T extends Uint8Array | Float32Array>(data: T, stride: number, part: Part, channels: number): T {
  const { left, top, width, height } = part;
  const result = data.slice(0, width * height * channels) as T;
  for (let y = 0; y < height; y++) {
    const start = ((top + y) * stride + left) * channels;
    result.set(data.subarray(start, start + width * channels), y * width * channels);
  }
  return result;
}
