import { createRandom } from '@vosvfi/core';
import { describe, expect, it } from 'vitest';
import { filterPlanes, type Tap } from './filter-planes.js';

/** Sums by the definition: passes one after another over whole planes. */
function byDefinition(plane: Float64Array, passes: readonly (readonly Tap[])[]): Float64Array {
  return passes.reduce(
    (values, taps) =>
      values.map((_, i) => taps.reduce((sum, { offset, weight }) => sum + weight * (values[i + offset] ?? 0), 0)),
    plane,
  );
}

describe('filterPlanes', () => {
  it.each([
    { width: 5, height: 3, windowWidth: 3, windowHeight: 3, isSeparable: true },
    { width: 37, height: 29, windowWidth: 11, windowHeight: 11, isSeparable: true },
    { width: 40, height: 20, windowWidth: 7, windowHeight: 7, isSeparable: false },
    { width: 300, height: 9, windowWidth: 1, windowHeight: 9, isSeparable: false },
  ])('sums windows in the order of the taps: %o', ({ width, height, windowWidth, windowHeight, isSeparable }) => {
    const random = createRandom(3);
    const planes = [0, 1].map(() => Float64Array.from({ length: width * height }, () => random.normal()));
    const line = (count: number, step: number): Tap[] =>
      Array.from({ length: count }, (_, i) => ({ offset: i * step, weight: random.normal() }));
    const whole = line(windowHeight, width).flatMap(({ offset }) =>
      line(windowWidth, 1).map((tap) => ({ ...tap, offset: offset + tap.offset })),
    );
    const passes = isSeparable ? [line(windowWidth, 1), line(windowHeight, width)] : [whole];
    const expected = planes.map((plane) => byDefinition(plane, passes));
    const rows: number[] = [];
    filterPlanes({
      width,
      height,
      planes: planes.length,
      windowHeight,
      passes,
      readRow: (row, outs) => {
        outs.forEach((out, plane) => {
          out.set(planes[plane]!.subarray(row * width, (row + 1) * width));
        });
      },
      takeRow: (row, sums) => {
        rows.push(row);
        const used = width - windowWidth + 1;
        sums.forEach((values, plane) => {
          const wanted = expected[plane]!.subarray(row * width, row * width + used);
          expect([...values.subarray(0, used)]).toEqual([...wanted]);
        });
      },
    });
    expect(rows).toEqual(Array.from({ length: height - windowHeight + 1 }, (_, row) => row));
  });
});
