import { sizeOf } from '@vosvfi/core';
import { broadcastShapes, sameShape } from '../graph/broadcast.js';
import type { Constant, Graph, GraphNode, ValueInfo } from '../graph/graph.js';
import { evaluateNode } from './evaluate-node.js';
import { GraphCopy } from './graph-copy.js';

/**
 * Computes what depends on constants alone, and takes one number for a value that repeats it: gradients start as
 * tensors of ones, and each product with them would read a picture of ones.
 */
export function foldConstants(graph: Graph): Graph {
  return new ConstantFolding(graph).run();
}

/** A constant may be larger than what it is made of up to this many elements: it is stored with the model. */
const FREE_ELEMENTS = 1 << 12;

const BROADCASTING = new Set(
  'Add Sub Mul Div Max Min Pow Where And Or Equal Greater GreaterOrEqual Less LessOrEqual'.split(' '),
);
const MOVING = new Set(['Reshape', 'Transpose', 'Slice', 'Expand', 'Identity']);

class ConstantFolding {
  readonly #graph: Graph;
  readonly #copy: GraphCopy;
  /** By new name: the number, of shape [], that every element of a value is. */
  readonly #fillings = new Map<string, Constant>();

  constructor(graph: Graph) {
    this.#graph = graph;
    this.#copy = new GraphCopy(graph);
  }

  run(): Graph {
    for (const node of this.#graph.nodes) {
      const inputs = this.#withScalars(
        node,
        node.inputs.map((input) => this.#copy.name(input)),
      );
      const folded = this.#folded(node, inputs);
      if (folded === undefined) this.#copy.copy(node, inputs);
      else this.#copy.bind(node.outputs[0] as string, folded);
    }
    return this.#copy.finish();
  }

  /** The name of the result where it needs no node of this kind. */
  #folded(node: GraphNode, inputs: readonly string[]): string | undefined {
    const info = this.#graph.values.get(node.outputs[0] as string);
    if (info === undefined || node.outputs.length > 1) return undefined;
    const filling = this.#filled(node, inputs);
    if (filling !== undefined && sizeOf(info.shape) > 1) return this.#fill(filling, info);
    return this.#evaluated(node, inputs, info) ?? this.#unchanged(node, inputs, info);
  }

  #evaluated(node: GraphNode, inputs: readonly string[], info: ValueInfo): string | undefined {
    const constants = inputs.map((input) => this.#copy.target.constantOf(input));
    if (constants.length === 0 || constants.some((constant) => constant === undefined)) return undefined;
    const given = (constants as Constant[]).reduce((sum, { data }) => sum + data.length, 0);
    if (sizeOf(info.shape) > Math.max(FREE_ELEMENTS, given)) return undefined;
    const result = evaluateNode(node, constants as Constant[]);
    return result && this.#copy.target.constant(result);
  }

  /** The number that fills the result. */
  #filled(node: GraphNode, inputs: readonly string[]): Constant | undefined {
    const fillings = (MOVING.has(node.opType) ? inputs.slice(0, 1) : inputs).map((input) => this.#fillingOf(input));
    if (fillings.length === 0 || fillings.some((filling) => filling === undefined)) return undefined;
    if (MOVING.has(node.opType)) return fillings[0];
    if (node.opType !== 'Concat') return evaluateNode(node, fillings as Constant[]);
    const [first, ...others] = fillings as [Constant, ...Constant[]];
    return others.every(({ data }) => Object.is(data[0], first.data[0])) ? first : undefined;
  }

  #fillingOf(name: string): Constant | undefined {
    const constant = this.#copy.target.constantOf(name);
    return constant?.data.length === 1 ? { ...constant, shape: [] } : this.#fillings.get(name);
  }

  #fill(filling: Constant, { shape }: ValueInfo): string {
    const { target } = this.#copy;
    const name = target.node('Expand', [target.constant(filling), target.int64(shape)]);
    this.#fillings.set(name, filling);
    return name;
  }

  /** Operands that repeat one number as that number, where the others have the result's shape. */
  #withScalars(node: GraphNode, inputs: readonly string[]): readonly string[] {
    if (!BROADCASTING.has(node.opType)) return inputs;
    const { target } = this.#copy;
    const replaced = inputs.map((input) => {
      const filling = this.#fillings.get(input);
      return filling === undefined ? input : target.constant(filling);
    });
    const shapes = replaced.map((input) => target.info(input)?.shape);
    const result = this.#graph.values.get(node.outputs[0] as string)?.shape;
    if (result === undefined || shapes.some((shape) => shape === undefined)) return inputs;
    return sameShape(broadcastShapes(...(shapes as number[][])), result) ? replaced : inputs;
  }

  /** The operand that the result equals: x * 1, x / 1, x + 0, x - 0. */
  #unchanged(node: GraphNode, inputs: readonly string[], { shape }: ValueInfo): string | undefined {
    const neutral = NEUTRAL[node.opType];
    if (neutral === undefined) return undefined;
    const places = neutral.isCommutative ? [0, 1] : [1];
    for (const place of places) {
      const other = inputs[1 - place] as string;
      const info = this.#copy.target.info(other);
      if (Number(this.#fillingOf(inputs[place] as string)?.data[0]) !== neutral.value) continue;
      if (info?.dtype === 'float32' && sameShape(info.shape, shape)) return other;
    }
    return undefined;
  }
}

const NEUTRAL: Readonly<Record<string, { value: number; isCommutative: boolean }>> = {
  Mul: { value: 1, isCommutative: true },
  Div: { value: 1, isCommutative: false },
  Add: { value: 0, isCommutative: true },
  Sub: { value: 0, isCommutative: false },
};
