import type { NodeWriter } from './node-writer.js';

/** A picture as rows of channels, one for each pixel. */
export interface PixelRows {
  /** [pictures * height * width, channels] float32. */
  readonly rows: string;
  readonly height: number;
  readonly width: number;
  /** First row of the picture that a place looks into, int32, broadcast against the places. */
  readonly first: string;
}

interface Tap {
  /** Whole coordinate inside the picture, int32. */
  readonly at: string;
  readonly weight: string;
}

/**
 * Bilinear samples at coordinates `y`, `x` of any one shape; pixels outside count as zero.
 * @returns [...shape, channels].
 */
export function sampleBilinear(w: NodeWriter, picture: PixelRows, y: string, x: string): string {
  const across = taps(w, x, picture.width);
  const terms = taps(w, y, picture.height).flatMap((down) =>
    across.map((side) => {
      const row = w.add(w.mul(down.at, w.int(picture.width)), side.at, picture.first);
      const shape = w.shapeOf(row);
      const weight = w.reshape(w.mul(down.weight, side.weight), [...shape, 1]);
      return w.mul(w.graph.node('Gather', [picture.rows, row], { axis: 0 }), weight);
    }),
  );
  return w.add(...terms);
}

/** The nearest pixel's value; pixels outside count as zero. */
export function sampleNearest(w: NodeWriter, picture: PixelRows, y: string, x: string): string {
  const [down, side] = [tap(w, y, w.float(1), picture.height), tap(w, x, w.float(1), picture.width)];
  const row = w.add(w.mul(down.at, w.int(picture.width)), side.at, picture.first);
  const shape = w.shapeOf(row);
  const weight = w.reshape(w.mul(down.weight, side.weight), [...shape, 1]);
  return w.mul(w.graph.node('Gather', [picture.rows, row], { axis: 0 }), weight);
}

function taps(w: NodeWriter, coordinate: string, extent: number): [Tap, Tap] {
  const floor = w.node('Floor', coordinate);
  const fraction = w.sub(coordinate, floor);
  return [tap(w, floor, w.sub(w.float(1), fraction), extent), tap(w, w.add(floor, w.float(1)), fraction, extent)];
}

function tap(w: NodeWriter, whole: string, weight: string, extent: number): Tap {
  const inside = w.graph.node('Clip', [whole, w.float(0), w.float(extent - 1)]);
  const counts = w.indicator(w.node('Equal', inside, whole));
  return { at: w.cast(inside, 'int32'), weight: w.mul(weight, counts) };
}
