import { GraphAssembler } from '../graph/builder.js';
import type { Graph, GraphNode } from '../graph/graph.js';
import { isIdentityPermutation, permute } from '../graph/permutation.js';
import { transposedConstant } from './strided-constant.js';

/**
 * A graph on its way into a new one: what every pass does with nodes that it does not change. Transposes of transposes
 * become one, and constants are reshaped and transposed here rather than at every run.
 */
export class GraphCopy {
  readonly source: Graph;
  readonly target = new GraphAssembler();
  readonly #names = new Map<string, string>();

  constructor(source: Graph) {
    this.source = source;
    for (const { name, value } of source.inputs) {
      const info = source.values.get(value);
      if (info === undefined) throw new Error(`The shape of graph input "${name}" is unknown.`);
      this.#names.set(value, this.target.input(name, info));
    }
  }

  /** The new name of a value of the source; constants are copied when they are first asked for. */
  name(value: string): string {
    if (value === '') return '';
    const known = this.#names.get(value);
    if (known !== undefined) return known;
    const constant = this.source.constants.get(value);
    if (constant === undefined) throw new Error(`Value "${value}" is read before it is made.`);
    const name = this.target.constant(constant);
    this.#names.set(value, name);
    return name;
  }

  /** True if `value` of the source has a new name already. */
  isBound(value: string): boolean {
    return this.#names.has(value);
  }

  has(value: string): boolean {
    return this.#names.has(value) || this.source.constants.has(value);
  }

  /** States that `value` of the source is `name` now. */
  bind(value: string, name: string): void {
    this.#names.set(value, name);
  }

  /** Emits `node` over new names and binds its outputs. */
  copy(node: GraphNode, inputs: readonly string[] = node.inputs.map((input) => this.name(input))): void {
    const folded = this.#fold(node, inputs);
    const outputs = folded === undefined ? this.#emit(node, inputs) : [folded];
    node.outputs.forEach((output, index) => {
      const name = outputs[index] as string;
      const info = this.source.values.get(output);
      if (info !== undefined && this.target.info(name) === undefined) this.target.declare(name, info);
      this.bind(output, name);
    });
  }

  /** A value transposed: through earlier transposes, at once if it is constant, as a reshape if no element moves. */
  transpose(name: string, perm: readonly number[]): string {
    const producer = this.target.producer(name);
    if (producer?.opType === 'Transpose') {
      const joined = permute(producer.attributes.perm as readonly number[], perm);
      return this.transpose(producer.inputs[0] as string, joined);
    }
    if (isIdentityPermutation(perm)) return name;
    const shape = this.target.info(name)?.shape;
    if (shape !== undefined && keepsOrder(shape, perm)) return this.reshape(name, permute(shape, perm));
    const constant = this.target.constantOf(name);
    if (constant !== undefined) return this.target.constant(transposedConstant(constant, perm));
    return this.target.node('Transpose', [name], { perm: [...perm] });
  }

  /** A value in another shape: through earlier reshapes, at once if it is constant. */
  reshape(name: string, shape: readonly number[]): string {
    const producer = this.target.producer(name);
    if (producer?.opType === 'Reshape') return this.reshape(producer.inputs[0] as string, shape);
    const constant = this.target.constantOf(name);
    if (constant !== undefined) return this.target.constant({ ...constant, shape });
    if (this.target.info(name)?.shape.join() === shape.join()) return name;
    return this.target.node('Reshape', [name, this.target.int64(shape)]);
  }

  finish(name: (value: string) => string = (value) => this.name(value)): Graph {
    return this.target.finish(this.source.outputs.map((port) => ({ name: port.name, value: name(port.value) })));
  }

  #emit(node: GraphNode, inputs: readonly string[]): string[] {
    return this.target.nodes(node.opType, inputs, node.outputs.length, node.attributes);
  }

  #fold(node: GraphNode, inputs: readonly string[]): string | undefined {
    const [x, second] = inputs as [string, string];
    if (node.opType === 'Transpose') return this.transpose(x, node.attributes.perm as readonly number[]);
    if (node.opType !== 'Reshape') return undefined;
    const shape = this.target.integersOf(second);
    return shape === undefined || shape.some((extent) => extent < 0) ? undefined : this.reshape(x, shape);
  }
}

/** True if the axes that hold more than one entry stay in order, so that no element moves. */
export function keepsOrder(shape: readonly number[], perm: readonly number[]): boolean {
  const moved = perm.filter((axis) => shape[axis] !== 1);
  return moved.every((axis, index) => index === 0 || axis > (moved[index - 1] as number));
}
