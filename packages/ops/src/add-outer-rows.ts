import { defineOperator, type GraphBuilder, type RowUpdates, scatterAddParts, scatterPartRows } from '@vosvfi/runtime';
import * as tf from '@vosvfi/runtime/tf';

/** How many rows each group writes. */
export interface OuterRows {
  /** Rows that one group of coefficients writes to. */
  readonly rowsPerGroup: number;
}

/**
 * `sums` with, for every group g and row r of it, the outer product of `coefficients[g, r, :]` and `factors[g, :]`
 * added to row `indices[g * rowsPerGroup + r]`. Without gradient. Operands: sums [N, K * C], indices int32 [G * R],
 * coefficients [G, R * K], factors [G, C].
 */
export const addOuterRows = defineOperator<OuterRows>({
  name: 'addOuterRows',
  outputShape: ([sums]) => [...sums!],
  reference: ([sums, indices, coefficients, factors], { rowsPerGroup }) => {
    const [groups, channels] = factors!.shape as [number, number];
    const products = tf.matMul(
      tf.reshape(coefficients!, [groups, -1, 1]) as tf.Tensor3D,
      tf.reshape(factors!, [groups, 1, channels]) as tf.Tensor3D,
    );
    const rows = tf.reshape(products, [groups * rowsPerGroup, sums!.shape[1]!]);
    return tf.add(sums!, tf.scatterND(tf.expandDims(indices!, 1), rows, sums!.shape));
  },
  lower: (graph, [sums, indices, coefficients, factors], { rowsPerGroup }) => {
    const [groups, channels] = factors!.shape as [number, number];
    const wide = coefficients!.shape[1]!;
    // Products are made in the sizes in which they are added, so that they need not be cut.
    const perPart = Math.min(groups, Math.max(1, Math.floor(scatterPartRows(1, sums!.shape) / rowsPerGroup)));
    const sizes = Array.from({ length: Math.ceil(groups / perPart) }, (_, i) =>
      Math.min(perPart, groups - i * perPart),
    );
    const rowSizes = sizes.map((size) => size * rowsPerGroup);
    const [indexParts, coefficientParts, factorParts] = [
      split(graph, indices!.name, rowSizes),
      split(graph, coefficients!.name, sizes),
      split(graph, factors!.name, sizes),
    ];
    const parts = sizes.map((size, i): RowUpdates => {
      const left = graph.node('Reshape', [coefficientParts[i]!, graph.int64([size, wide, 1])]);
      const right = graph.node('Reshape', [factorParts[i]!, graph.int64([size, 1, channels])]);
      const count = size * rowsPerGroup;
      const products = graph.node('MatMul', [left, right]);
      const updates = graph.node('Reshape', [products, graph.int64([count, sums!.shape[1]!])]);
      const at = graph.node('Cast', [indexParts[i]!], { to: INT64 });
      return { indices: graph.node('Reshape', [at, graph.int64([count, 1])]), updates, count };
    });
    return scatterAddParts(graph, parts, 1, sums!.shape, sums!.name);
  },
});

/** ONNX's code of the element type. */
const INT64 = 7;

function split(graph: GraphBuilder, value: string, sizes: readonly number[]): string[] {
  if (sizes.length === 1) return [value];
  return graph.nodes('Split', [value, graph.int64(sizes)], sizes.length, { axis: 0 });
}
