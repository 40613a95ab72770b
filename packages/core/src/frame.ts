/**
 * One picture: interleaved RGB rows, top to bottom. `Uint8Array` holds 0..255 (sRGB code values),
 * `Float32Array` holds the same values divided by 255, so 0..1 (not clamped by itself).
 */
export interface Frame {
  readonly data: Uint8Array | Float32Array;
  readonly width: number;
  readonly height: number;
  /** Presentation time in seconds, where one is known. */
  readonly timestampSeconds?: number;
}

/** Object labels of one picture: 0 is background, 1..254 are objects, 255 is void where a data set says so. */
export interface Mask {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** Anything that makes in-between frames: a network, a blend, an ONNX file. */
export interface Interpolator {
  readonly id: string;
  /**
   * Frames between `frame0` (t = 0) and `frame1` (t = 1), one for each of `times` (each in (0, 1)), in that order and of the inputs' size.
   * @throws ShapeError if the two frames differ in size; UnsupportedError if the interpolator cannot do one of the times.
   */
  interpolate(frame0: Frame, frame1: Frame, times: readonly number[]): Promise<Frame[]>;
  /** Frees native memory. The interpolator cannot be used afterwards. */
  dispose(): Promise<void>;
}
