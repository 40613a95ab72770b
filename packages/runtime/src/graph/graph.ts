/** Element types inside a graph. `int64` never crosses an engine's border: ONNX wants it for shapes and axes. */
export type ElementType = 'float32' | 'int32' | 'int64' | 'bool';

/** Shape and element type of a value. */
export interface ValueInfo {
  readonly shape: readonly number[];
  readonly dtype: ElementType;
}

/** A value with data known when the graph is made. */
export interface Constant extends ValueInfo {
  readonly data: Float32Array | Int32Array | BigInt64Array | Uint8Array;
}

/** An attribute of an ONNX node; the writer decides between INT and FLOAT by the attribute's name. */
export type Attribute = number | string | readonly number[];

/** Attributes of one node, by name. */
export type Attributes = Readonly<Record<string, Attribute>>;

/** One ONNX operator call. An empty input name means "left out". */
export interface GraphNode {
  readonly opType: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Attributes;
}

/** Binds a name that callers see to a value of the graph. */
export interface GraphPort {
  readonly name: string;
  readonly value: string;
}

/**
 * A static-shape ONNX graph: nodes in topological order, single assignment. `values` knows every input and constant,
 * and every node output whose shape could be inferred.
 */
export interface Graph {
  readonly inputs: readonly GraphPort[];
  readonly outputs: readonly GraphPort[];
  readonly nodes: readonly GraphNode[];
  readonly constants: ReadonlyMap<string, Constant>;
  readonly values: ReadonlyMap<string, ValueInfo>;
  /** Operator set to write it for, if a device asks for another than the usual one. */
  readonly opset?: number;
}

/** How often each value is read, graph outputs included. */
export function countUses(graph: Graph): Map<string, number> {
  const uses = new Map<string, number>();
  const use = (value: string) => uses.set(value, (uses.get(value) ?? 0) + 1);
  for (const node of graph.nodes) node.inputs.forEach(use);
  for (const output of graph.outputs) use(output.value);
  return uses;
}
