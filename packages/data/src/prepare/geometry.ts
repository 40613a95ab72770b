import type { Random } from '@vosvfi/core';
import { type Rational, toNumber } from '../video/rational.js';
import type { PrepareSettings } from './settings.js';

/** A rectangle in pixels. */
export interface Rectangle {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** How frames of a source become frames of a triplet: scaled, then cropped. */
export interface Scaling {
  /** Size of the scaled frame. */
  readonly width: number;
  readonly height: number;
  /** Size of the crop. */
  readonly cropWidth: number;
  readonly cropHeight: number;
  /** True if frames have to be enlarged. */
  readonly enlarges: boolean;
}

/** Size and pixel shape of a source. */
export interface SourceShape {
  readonly width: number;
  readonly height: number;
  readonly pixelAspect: Rational;
}

/** The least scaling that covers `cover` times the size, with square pixels; none for size `keep`. */
export function scalingOf(shape: SourceShape, { size, cover }: Pick<PrepareSettings, 'size' | 'cover'>): Scaling {
  const { width, height, pixelAspect } = shape;
  if (size === 'keep') return { width, height, cropWidth: width, cropHeight: height, enlarges: false };
  const displayed = width * toNumber(pixelAspect);
  const scale = cover * Math.max(size.width / displayed, size.height / height);
  return {
    width: Math.max(size.width, Math.round(displayed * scale)),
    height: Math.max(size.height, Math.round(height * scale)),
    cropWidth: size.width,
    cropHeight: size.height,
    enlarges: scale > 1,
  };
}

/** Where in the scaled frame a triplet is taken. */
export function cropOf(scaling: Scaling, crop: PrepareSettings['crop'], random: Random): Rectangle {
  const { cropWidth: width, cropHeight: height } = scaling;
  const [right, bottom] = [scaling.width - width, scaling.height - height];
  if (crop === 'centre') return { left: right >> 1, top: bottom >> 1, width, height };
  return { left: random.integer(0, right), top: random.integer(0, bottom), width, height };
}

/** The same part of a picture that shows the whole scaled frame in another size; at least a pixel. */
export function mapRectangle(part: Rectangle, scaling: Scaling, size: { width: number; height: number }): Rectangle {
  const [x, y] = [size.width / scaling.width, size.height / scaling.height];
  const left = Math.min(size.width - 1, Math.floor(part.left * x));
  const top = Math.min(size.height - 1, Math.floor(part.top * y));
  return {
    left,
    top,
    width: Math.max(1, Math.min(size.width - left, Math.round(part.width * x))),
    height: Math.max(1, Math.min(size.height - top, Math.round(part.height * y))),
  };
}
