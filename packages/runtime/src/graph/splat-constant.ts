import type { GraphAssembler } from './builder.js';
import type { Constant } from './graph.js';

/** Adds a constant; one that repeats a single value is stored as a scalar that is expanded. */
export function splatConstant(graph: GraphAssembler, constant: Constant): string {
  const { data, dtype, shape } = constant;
  const first = data[0];
  if (data.length < 2 || first === undefined || !everyElementIs(data, first)) return graph.constant(constant);
  return splat(graph, Number(first), dtype, shape);
}

/** A value of `shape` filled with `value`. */
export function splat(
  graph: GraphAssembler,
  value: number,
  dtype: Constant['dtype'],
  shape: readonly number[],
): string {
  const scalar = graph.scalar(value, dtype);
  return shape.length === 0 ? scalar : graph.node('Expand', [scalar, graph.int64(shape)]);
}

function everyElementIs(data: Constant['data'], value: number | bigint): boolean {
  for (const element of data) if (!Object.is(element, value)) return false;
  return true;
}
