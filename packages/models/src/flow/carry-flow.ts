import { type HostTensor, hostTensor, ShapeError } from '@vosvfi/core';

/**
 * A start for the flow of the next pair of a video, of the flow of the last one: every displacement is carried to where it
 * points, and every place takes the one that lies nearest (RAFT's warm start; Teed and Deng, ECCV 2020, section 4.2).
 * Displacements that leave the picture, or point onto its first row or column, are left out, as in the official code.
 *
 * @param low [1, h, w, 2] coarse flow, as `EstimatedFlow.low`.
 * @returns The same shape; zeros if everything leaves the picture.
 * @throws ShapeError for a batch, or what is no flow.
 */
export function carryFlow(low: HostTensor): HostTensor {
  const { data, shape } = low;
  const [batch, height, width, components] = shape;
  if (batch !== 1 || height === undefined || width === undefined || components !== 2 || shape.length !== 4) {
    throw new ShapeError('carryFlow low', '[1, h, w, 2]', shape);
  }
  const points = new Points(data as Float32Array, height, width);
  const out = new Float32Array(data.length);
  for (let place = 0; place < height * width; place++) {
    const nearest = points.nearest(place % width, Math.floor(place / width));
    if (nearest === undefined) continue;
    out[2 * place] = data[2 * nearest]!;
    out[2 * place + 1] = data[2 * nearest + 1]!;
  }
  return hostTensor(out, shape);
}

/** Where displacements point, by the cell that holds them. */
class Points {
  readonly #height: number;
  readonly #width: number;
  readonly #x: Float64Array;
  readonly #y: Float64Array;
  readonly #cells: number[][];

  constructor(flow: Float32Array, height: number, width: number) {
    this.#height = height;
    this.#width = width;
    const count = height * width;
    this.#x = Float64Array.from({ length: count }, (_, i) => (i % width) + flow[2 * i]!);
    this.#y = Float64Array.from({ length: count }, (_, i) => Math.floor(i / width) + flow[2 * i + 1]!);
    this.#cells = Array.from({ length: count }, () => []);
    for (let i = 0; i < count; i++) {
      const [x, y] = [this.#x[i]!, this.#y[i]!];
      if (x > 0 && x < width && y > 0 && y < height) this.#cells[Math.floor(y) * width + Math.floor(x)]!.push(i);
    }
  }

  /** Index of the displacement that points nearest to (x, y), whole numbers; the first of equals. */
  nearest(x: number, y: number): number | undefined {
    let best: number | undefined;
    let least = Number.POSITIVE_INFINITY;
    const rings = Math.max(this.#height, this.#width);
    for (let ring = 0; ring <= rings; ring++) {
      for (const cell of this.#ringAround(x, y, ring)) {
        for (const i of this.#cells[cell]!) {
          const distance = (this.#x[i]! - x) ** 2 + (this.#y[i]! - y) ** 2;
          if (distance < least || (distance === least && i < best!)) [least, best] = [distance, i];
        }
      }
      // What lies in a further ring is further away than this.
      if (least < (ring + 1) ** 2) return best;
    }
    return best;
  }

  /** Cells of the picture around the corner (x, y) that have `ring` cells between. */
  *#ringAround(x: number, y: number, ring: number): Generator<number, void, undefined> {
    const [left, right, top, bottom] = [x - 1 - ring, x + ring, y - 1 - ring, y + ring];
    for (let row = Math.max(0, top); row <= Math.min(this.#height - 1, bottom); row++) {
      const isEdge = row === top || row === bottom;
      for (let column = left; column <= right; column += isEdge ? 1 : right - left) {
        if (column >= 0 && column < this.#width) yield row * this.#width + column;
      }
    }
  }
}
