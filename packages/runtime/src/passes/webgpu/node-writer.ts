import type { GraphAssembler } from '../../graph/builder.js';
import type { ElementType } from '../../graph/graph.js';
import { elementTypeCodes } from '../../graph/infer-outputs.js';

/** Short ways to write the arithmetic that replaces a node. */
export class NodeWriter {
  readonly graph: GraphAssembler;

  constructor(graph: GraphAssembler) {
    this.graph = graph;
  }

  /** The extents of a value that has been written with an operator whose shape is known. */
  shapeOf(value: string): readonly number[] {
    const info = this.graph.info(value);
    if (info === undefined) throw new Error(`The shape of "${value}" is unknown.`);
    return info.shape;
  }

  node(opType: string, ...inputs: string[]): string {
    return this.graph.node(opType, inputs);
  }

  add(...terms: string[]): string {
    return terms.reduce((sum, term) => this.node('Add', sum, term));
  }

  mul(a: string, b: string): string {
    return this.node('Mul', a, b);
  }

  sub(a: string, b: string): string {
    return this.node('Sub', a, b);
  }

  float(value: number): string {
    return this.graph.scalar(value, 'float32');
  }

  int(value: number): string {
    return this.graph.scalar(value, 'int32');
  }

  cast(value: string, dtype: ElementType): string {
    if (this.graph.info(value)?.dtype === dtype) return value;
    return this.graph.node('Cast', [value], { to: elementTypeCodes[dtype] });
  }

  reshape(value: string, shape: readonly number[]): string {
    if (this.graph.info(value)?.shape.join() === shape.join()) return value;
    return this.graph.node('Reshape', [value, this.graph.int64(shape)]);
  }

  transpose(value: string, perm: readonly number[]): string {
    return this.graph.node('Transpose', [value], { perm: [...perm] });
  }

  reduce(opType: string, value: string, axis: number, keepdims: 0 | 1): string {
    return this.graph.node(opType, [value, this.graph.int64([axis])], { keepdims });
  }

  /** True as 1, false as 0, in float32. */
  indicator(condition: string): string {
    return this.cast(condition, 'float32');
  }
}
