import { sizeOf } from '@vosvfi/core';
import type { GraphBuilder } from './builder.js';

/**
 * ONNX Runtime's ScatterND shares its rows among threads without guarding against equal indices: sums get lost when
 * two threads meet. It stays on one thread while rows times elements a row is below 210,000 (its cost model's
 * limit), and is then right and repeatable. ScatterElements is always serial, but slower for rows of many elements.
 */
const SERIAL_ELEMENTS = 200_000;

/**
 * Every ScatterND copies what it adds to. A table of R rows is therefore cut into columns, which makes fewer bytes to
 * copy for the same number of updates, but more rows to visit; COLUMNS / sqrt(R) balances both (measured).
 */
const COLUMNS = 3300;

/** From so many rows on, copying costs more than ScatterElements, which works in place. */
const ROWS_IN_PLACE = 2 ** 20;

/** Rows that are added together. */
export interface RowUpdates {
  /** int64 [count, depth]: positions in the first `depth` axes of the sums. */
  readonly indices: string;
  /** [count, ...shape.slice(depth)]. */
  readonly updates: string;
  readonly count: number;
}

/** The most rows of one part of {@link scatterAddParts} that need no splitting there. */
export function scatterPartRows(depth: number, shape: readonly number[]): number {
  if (isInPlace(depth, shape)) return Number.POSITIVE_INFINITY;
  return Math.max(1, Math.floor(SERIAL_ELEMENTS / sizeOf(shape.slice(depth))));
}

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
  return scatterAddParts(graph, [{ indices, updates, count }], depth, shape, onto);
}

/** {@link scatterAdd} of several parts, one after another. */
export function scatterAddParts(
  graph: GraphBuilder,
  parts: readonly RowUpdates[],
  depth: number,
  shape: readonly number[],
  onto: string,
): string {
  if (isInPlace(depth, shape)) return addInPlace(graph, parts, depth, shape, onto);
  const [rows, width] = [sizeOf(shape.slice(0, depth)), sizeOf(shape.slice(depth))];
  const small = parts.flatMap((part) => rowsOfPart(graph, part, Math.max(1, Math.floor(SERIAL_ELEMENTS / width))));
  const blocks = Math.round((width * Math.sqrt(rows)) / COLUMNS);
  if (blocks < 2 || small.length < 2) return chain(graph, small, onto);
  return addByColumns(graph, parts, depth, shape, onto, Math.min(blocks, width));
}

function isInPlace(depth: number, shape: readonly number[]): boolean {
  return sizeOf(shape.slice(0, depth)) >= ROWS_IN_PLACE;
}

function chain(graph: GraphBuilder, parts: readonly RowUpdates[], onto: string): string {
  return parts.reduce(
    (sums, { indices, updates }) => graph.node('ScatterND', [sums, indices, updates], { reduction: 'add' }),
    onto,
  );
}

/** Columns on their own: fewer bytes to copy, more rows a part. */
function addByColumns(
  graph: GraphBuilder,
  parts: readonly RowUpdates[],
  depth: number,
  shape: readonly number[],
  onto: string,
  blocks: number,
): string {
  const [lead, width] = [shape.slice(0, depth), sizeOf(shape.slice(depth))];
  const widths = evenly(width, blocks);
  const split = (value: string, rows: readonly number[]): string[] => {
    const flat = graph.node('Reshape', [value, graph.int64([...rows, width])]);
    return graph.nodes('Split', [flat, graph.int64(widths)], blocks, { axis: rows.length });
  };
  const updates = parts.map((part) => split(part.updates, [part.count]));
  const columns = split(onto, lead).map((sums, block) => {
    const rows = Math.max(1, Math.floor(SERIAL_ELEMENTS / widths[block]!));
    const own = parts.map((part, i) => ({ ...part, updates: updates[i]![block]! }));
    return chain(
      graph,
      own.flatMap((part) => rowsOfPart(graph, part, rows)),
      sums,
    );
  });
  return graph.node('Reshape', [graph.node('Concat', columns, { axis: depth }), graph.int64(shape)]);
}

/** Element by element, without a copy. */
function addInPlace(
  graph: GraphBuilder,
  parts: readonly RowUpdates[],
  depth: number,
  shape: readonly number[],
  onto: string,
): string {
  const width = sizeOf(shape.slice(depth));
  const strides = Array.from({ length: depth }, (_, axis) => sizeOf(shape.slice(axis + 1)));
  const columns = graph.int64(Array.from({ length: width }, (_, i) => i));
  let sums = graph.node('Reshape', [onto, graph.int64([sizeOf(shape)])]);
  for (const { indices, updates, count } of parts) {
    const flat = graph.int64([count * width]);
    const starts = graph.node('ReduceSum', [graph.node('Mul', [indices, graph.int64(strides)]), graph.int64([1])], {
      keepdims: 1,
    });
    const places = graph.node('Reshape', [graph.node('Add', [starts, columns]), flat]);
    const values = graph.node('Reshape', [updates, flat]);
    sums = graph.node('ScatterElements', [sums, places, values], { axis: 0, reduction: 'add' });
  }
  return graph.node('Reshape', [sums, graph.int64(shape)]);
}

/** A part as several of at most `rows` rows. */
function rowsOfPart(graph: GraphBuilder, part: RowUpdates, rows: number): RowUpdates[] {
  if (part.count <= rows) return [part];
  const counts = evenly(part.count, Math.ceil(part.count / rows));
  const sizes = graph.int64(counts);
  const indices = graph.nodes('Split', [part.indices, sizes], counts.length, { axis: 0 });
  const updates = graph.nodes('Split', [part.updates, sizes], counts.length, { axis: 0 });
  return counts.map((count, i) => ({ indices: indices[i]!, updates: updates[i]!, count }));
}

/** `total` as a sum of `parts` numbers that differ by 1 at most. */
function evenly(total: number, parts: number): number[] {
  return Array.from(
    { length: parts },
    (_, i) => Math.floor(((i + 1) * total) / parts) - Math.floor((i * total) / parts),
  );
}

function zeros(graph: GraphBuilder, updates: string, shape: readonly number[]): string {
  const zero = graph.info(updates)?.dtype === 'int32' ? graph.int32([0], []) : graph.float32([0], []);
  return graph.node('Expand', [zero, graph.int64(shape)]);
}
