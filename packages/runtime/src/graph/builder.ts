import { sizeOf } from '@vosvfi/core';
import type { Attributes, Constant, ElementType, Graph, GraphNode, GraphPort, ValueInfo } from './graph.js';
import { inferOutputs } from './infer-outputs.js';

/** A value handed to an operator's lowering. */
export interface GraphValue extends ValueInfo {
  readonly name: string;
}

/** What lowerings emit nodes with. Values are names; equal nodes and equal small constants are made once. */
export interface GraphBuilder {
  /**
   * Emits a node with one output and returns the output's name.
   * Attributes named `alpha`, `beta`, `epsilon` and such are written as FLOAT, whole numbers else as INT.
   */
  node(opType: string, inputs: readonly string[], attributes?: Attributes): string;
  /** Emits a node with `outputCount` outputs. */
  nodes(opType: string, inputs: readonly string[], outputCount: number, attributes?: Attributes): string[];
  /** An int64 constant; `shape` defaults to one axis holding all values. */
  int64(values: readonly number[], shape?: readonly number[]): string;
  /** A float32 constant. */
  float32(values: ArrayLike<number>, shape: readonly number[]): string;
  /** An int32 constant. */
  int32(values: ArrayLike<number>, shape: readonly number[]): string;
  /** Shape and type of a value, if they are known: operators outside the inference table leave them open. */
  info(name: string): ValueInfo | undefined;
}

const SMALL = 64;
const COMMUTATIVE = new Set(['Add', 'Mul', 'And', 'Or', 'Equal']);

/** Builds a {@link Graph}; also the place where passes look up who produced a value. */
export class GraphAssembler implements GraphBuilder {
  readonly #inputs: GraphPort[] = [];
  readonly #nodes: GraphNode[] = [];
  readonly #constants = new Map<string, Constant>();
  readonly #values = new Map<string, ValueInfo>();
  readonly #producers = new Map<string, GraphNode>();
  readonly #shared = new Map<string, readonly string[]>();
  readonly #large = new Map<string, { name: string; bytes: Uint8Array }[]>();
  readonly #inference = {
    info: (name: string) => this.info(name),
    integersOf: (name: string) => this.integersOf(name),
  };
  #count = 0;

  /** Declares an input that callers know as `name`. */
  input(name: string, info: ValueInfo): string {
    const value = this.#fresh();
    this.#inputs.push({ name, value });
    this.#values.set(value, info);
    return value;
  }

  constant(constant: Constant): string {
    const kind = `${constant.dtype}[${constant.shape.join(',')}]`;
    // Bytes, not printed numbers: -0, NaN and 1e-45 must not be taken for something else.
    const bytes = new Uint8Array(constant.data.buffer, constant.data.byteOffset, constant.data.byteLength);
    if (constant.data.length <= SMALL) {
      const key = `${kind}${Buffer.from(bytes).toString('latin1')}`;
      const known = this.#shared.get(key)?.[0];
      if (known !== undefined) return known;
      const name = this.#addConstant(constant);
      this.#shared.set(key, [name]);
      return name;
    }
    const peers = this.#large.get(kind) ?? [];
    const known = peers.find((peer) => Buffer.compare(peer.bytes, bytes) === 0);
    if (known !== undefined) return known.name;
    const name = this.#addConstant(constant);
    this.#large.set(kind, [...peers, { name, bytes }]);
    return name;
  }

  node(opType: string, inputs: readonly string[], attributes: Attributes = {}): string {
    return this.nodes(opType, inputs, 1, attributes)[0] as string;
  }

  nodes(opType: string, inputs: readonly string[], outputCount: number, attributes: Attributes = {}): string[] {
    const operands = COMMUTATIVE.has(opType) ? [...inputs].sort() : inputs;
    const key = `${opType}(${operands.join(',')})${outputCount}${JSON.stringify(attributes)}`;
    const known = this.#shared.get(key);
    if (known !== undefined) return [...known];
    const outputs = Array.from({ length: outputCount }, () => this.#fresh());
    const node = { opType, inputs, outputs, attributes };
    const infos = inferOutputs(node, this.#inference);
    outputs.forEach((output, index) => {
      const info = infos?.[index];
      if (info !== undefined) this.#values.set(output, info);
      this.#producers.set(output, node);
    });
    this.#nodes.push(node);
    this.#shared.set(key, outputs);
    return [...outputs];
  }

  int64(values: readonly number[], shape: readonly number[] = [values.length]): string {
    return this.constant({ dtype: 'int64', shape, data: BigInt64Array.from(values, BigInt) });
  }

  float32(values: ArrayLike<number>, shape: readonly number[]): string {
    return this.constant({
      dtype: 'float32',
      shape,
      data: values instanceof Float32Array ? values : Float32Array.from(values),
    });
  }

  int32(values: ArrayLike<number>, shape: readonly number[]): string {
    return this.constant({
      dtype: 'int32',
      shape,
      data: values instanceof Int32Array ? values : Int32Array.from(values),
    });
  }

  /** A one-element constant of any type. */
  scalar(value: number, dtype: ElementType): string {
    if (dtype === 'int64') return this.int64([value], []);
    if (dtype === 'int32') return this.int32([value], []);
    if (dtype === 'bool') return this.constant({ dtype, shape: [], data: Uint8Array.of(value) });
    return this.float32([value], []);
  }

  info(name: string): ValueInfo | undefined {
    return this.#values.get(name);
  }

  /** States what inference could not know. */
  declare(name: string, info: ValueInfo): void {
    this.#values.set(name, info);
  }

  constantOf(name: string): Constant | undefined {
    return this.#constants.get(name);
  }

  /** The node that made a value; undefined for inputs and constants. */
  producer(name: string): GraphNode | undefined {
    return this.#producers.get(name);
  }

  /** Whole numbers held by a constant: axes, shapes, starts. */
  integersOf(name: string): number[] | undefined {
    const constant = this.#constants.get(name);
    return constant && Array.from(constant.data as ArrayLike<number | bigint>, Number);
  }

  finish(outputs: readonly GraphPort[]): Graph {
    return {
      inputs: this.#inputs,
      outputs,
      nodes: this.#nodes,
      constants: this.#constants,
      values: this.#values,
    };
  }

  #fresh(): string {
    return `v${this.#count++}`;
  }

  #addConstant(constant: Constant): string {
    if (constant.data.length !== sizeOf(constant.shape)) {
      throw new Error(`A constant of shape [${constant.shape.join(', ')}] has ${constant.data.length} elements.`);
    }
    const name = this.#fresh();
    this.#constants.set(name, constant);
    this.#values.set(name, { shape: constant.shape, dtype: constant.dtype });
    return name;
  }
}
