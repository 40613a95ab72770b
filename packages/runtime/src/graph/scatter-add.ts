import { sizeOf } from '@vosvfi/core';
import type { GraphBuilder } from './builder.js';

/**
 * ONNX Runtime's ScatterND shares its rows among threads without guarding against equal indices: sums get lost when
 * two threads meet. It stays on one thread while rows times elements a row is below 210,000 (its cost model's
 * limit), and is then right and repeatable. ScatterElements is always serial, but 20 times slower an element.
 */
const SERIAL_ELEMENTS = 200_000;

/**
 * Adds rows of `updates` into `onto` at `indices`, safely where indices repeat, and always in the same order.
 *
 * @param indices int64 [N, depth]: positions in the first `depth` axes of `shape`.
 * @param updates float32 [N, ...shape.slice(depth)].
 * @param count N.
 * @param onto What is added to, of `shape`; default zeros.
 * @returns The name of the sums, of `shape`.
 */
export function scatterAdd(
  graph: GraphBuilder,
  indices: string,
  updates: string,
  count: number,
  depth: number,
  shape: readonly number[],
  onto = zeros(graph, updates, shape),
): string {
  const rows = Math.max(1, Math.floor(SERIAL_ELEMENTS / sizeOf(shape.slice(depth))));
  if (count <= rows) return graph.node('ScatterND', [onto, indices, updates], { reduction: 'add' });
  const parts = Math.ceil(count / rows);
  const sizes = graph.int64(Array.from({ length: parts }, (_, i) => Math.min(rows, count - i * rows)));
  const indexParts = graph.nodes('Split', [indices, sizes], parts, { axis: 0 });
  const updateParts = graph.nodes('Split', [updates, sizes], parts, { axis: 0 });
  return indexParts.reduce(
    (sums, part, i) => graph.node('ScatterND', [sums, part, updateParts[i] as string], { reduction: 'add' }),
    onto,
  );
}

function zeros(graph: GraphBuilder, updates: string, shape: readonly number[]): string {
  const zero = graph.info(updates)?.dtype === 'int32' ? graph.int32([0], []) : graph.float32([0], []);
  return graph.node('Expand', [zero, graph.int64(shape)]);
}
