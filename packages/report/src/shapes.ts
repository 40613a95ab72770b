/** Outlines around the origin, about 11 units wide: circle, square, triangle, diamond, cross. */
const shapes = [
  'M-5.2 0a5.2 5.2 0 1 0 10.4 0a5.2 5.2 0 1 0 -10.4 0z',
  'M-4.6 -4.6h9.2v9.2h-9.2z',
  'M0 -6l5.6 10h-11.2z',
  'M0 -6.4l6.4 6.4l-6.4 6.4l-6.4 -6.4z',
  'M-5.5 -3l2.5 -2.5l3 3l3 -3l2.5 2.5l-3 3l3 3l-2.5 2.5l-3 -3l-3 3l-2.5 -2.5l3 -3z',
] as const;

/** Path of the shape that marks values of a series, by its index. */
export function shapeOf(series: number): string {
  return shapes[series % shapes.length] as string;
}
