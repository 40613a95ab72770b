import { sizeOf } from '@vosvfi/core';
import type { Graph, GraphNode } from '../graph/graph.js';
import { permute, TO_CHANNELS_FIRST, TO_CHANNELS_LAST } from '../graph/permutation.js';
import { type ChannelsFirstForm, channelsFirstForm } from './channels-first-rules.js';
import { GraphCopy, keepsOrder } from './graph-copy.js';

/**
 * Lets pictures stay NCHW between convolutions. ONNX's convolutions want NCHW, tfjs's are NHWC, so that traced graphs
 * transpose around each. Here every value may exist in either form, made only when a node asks for it; nodes that can
 * work in both take the one that their operands are in already.
 */
export function keepChannelsFirst(graph: Graph): Graph {
  return new ChannelsFirstPass(graph).run();
}

/** Rows of so many numbers or fewer take about as long as one number by itself. */
const SHORT_ROW = 4;

class ChannelsFirstPass {
  readonly #copy: GraphCopy;
  /** NCHW names of values of the source; {@link GraphCopy} holds those in the form of the source. */
  readonly #first = new Map<string, string>();
  /** What can be made in either form without moving an operand waits until somebody asks for one. */
  readonly #deferred = new Map<string, { node: GraphNode; form: ChannelsFirstForm }>();
  readonly #graph: Graph;

  constructor(graph: Graph) {
    this.#graph = graph;
    this.#copy = new GraphCopy(graph);
  }

  run(): Graph {
    for (const node of this.#graph.nodes) this.#visit(node);
    return this.#copy.finish((value) => this.#plain(value));
  }

  #visit(node: GraphNode): void {
    const [output] = node.outputs as [string];
    const perm = node.opType === 'Transpose' ? String(node.attributes.perm) : '';
    if (perm === TO_CHANNELS_LAST.join()) {
      const name = this.#plain(node.inputs[0] as string);
      this.#declareFirst(name, output);
      this.#first.set(output, name);
      return;
    }
    if (perm === TO_CHANNELS_FIRST.join()) {
      this.#copy.bind(output, this.#channelsFirst(node.inputs[0] as string));
      return;
    }
    const form = channelsFirstForm(node, {
      info: (value) => this.#graph.values.get(value),
      integersOf: (value) => this.#integersOf(value),
    });
    if (form === undefined) this.#emitPlain(node);
    else if (this.#isDeferrable(node, form)) this.#deferred.set(output, { node, form });
    else if (this.#prefersFirst(node, form)) this.#emitFirst(node, form);
    else this.#emitPlain(node);
  }

  #emitPlain(node: GraphNode): void {
    this.#copy.copy(
      node,
      node.inputs.map((input) => this.#plain(input)),
    );
  }

  #emitFirst(node: GraphNode, form: ChannelsFirstForm): void {
    const { target } = this.#copy;
    const inputs = node.inputs.map((input, index) => {
      const integers = form.integers?.[index];
      if (integers !== undefined) return target.int64(integers);
      return form.pictures.includes(index) ? this.#channelsFirst(input) : this.#plain(input);
    });
    const attributes = { ...node.attributes, ...form.attributes };
    const names = target.nodes(node.opType, inputs, node.outputs.length, attributes);
    node.outputs.forEach((output, index) => {
      if (form.outputsPlain) this.#copy.bind(output, names[index] as string);
      else this.#first.set(output, names[index] as string);
    });
  }

  /** Compares what would have to be transposed for either form. */
  #prefersFirst(node: GraphNode, form: ChannelsFirstForm): boolean {
    if (this.#repeatsShortRow(node, form)) return true;
    let [missingFirst, missingPlain, isFirst] = [0, 0, false];
    for (const index of form.pictures) {
      const value = node.inputs[index] as string;
      const size = sizeOf(this.#shape(value));
      const [hasFirst, hasPlain] = [this.#first.has(value), this.#copy.has(value)];
      isFirst ||= hasFirst;
      if (this.#isFree(value)) continue;
      if (!hasFirst) missingFirst += size;
      if (!hasPlain) missingPlain += size;
    }
    return missingFirst === missingPlain ? isFirst : missingFirst < missingPlain;
  }

  /**
   * True for a picture of few channels that meets one number for each of them, as where pictures are normalized: pixel by
   * pixel, ONNX Runtime takes longer for that than for moving the picture there and back.
   */
  #repeatsShortRow({ inputs, outputs }: GraphNode, { pictures }: ChannelsFirstForm): boolean {
    const shape = this.#shape(outputs[0] as string);
    const channels = shape[3] as number;
    if (channels === 1 || channels > SHORT_ROW || sizeOf(shape) === channels) return false;
    return pictures.some((index) => {
      const operand = this.#shape(inputs[index] as string);
      return operand.at(-1) === channels && sizeOf(operand) === channels;
    });
  }

  /** The new name of a value in the form of the source. */
  #plain(value: string): string {
    if (value === '' || this.#copy.has(value)) return this.#copy.name(value);
    const deferred = this.#deferred.get(value);
    if (deferred !== undefined) this.#emitPlain(deferred.node);
    else this.#copy.bind(value, this.#copy.transpose(this.#first.get(value) as string, TO_CHANNELS_LAST));
    return this.#copy.name(value);
  }

  /** The new name of a value in NCHW; values of lower rank are aligned so that they broadcast as before. */
  #channelsFirst(value: string): string {
    const known = this.#first.get(value);
    if (known !== undefined) return known;
    const shape = this.#shape(value);
    if (shape.length < 4 && sizeOf(shape) === 1) return this.#plain(value);
    const deferred = this.#deferred.get(value);
    if (deferred !== undefined && !this.#copy.has(value)) {
      this.#emitFirst(deferred.node, deferred.form);
      return this.#first.get(value) as string;
    }
    const name = this.#copy.transpose(this.#copy.reshape(this.#plain(value), atRank4(shape)), TO_CHANNELS_FIRST);
    this.#first.set(value, name);
    return name;
  }

  /** Operators that inference does not know leave shapes open, but the trace has stated that of `value`. */
  #declareFirst(name: string, value: string): void {
    const info = this.#graph.values.get(value);
    if (info === undefined || this.#copy.target.info(name) !== undefined) return;
    this.#copy.target.declare(name, { ...info, shape: permute(info.shape, TO_CHANNELS_FIRST) });
  }

  /** True for a node that makes more of operands which exist in both forms, such as a filling. */
  #isDeferrable(node: GraphNode, form: ChannelsFirstForm): boolean {
    const [output, ...more] = node.outputs as [string];
    if (more.length > 0 || form.outputsPlain || this.#keepsOrder(output)) return false;
    return form.pictures.every((index) => this.#isFree(node.inputs[index] as string));
  }

  /** True for a value that costs nothing in the other form. */
  #isFree(value: string): boolean {
    return this.#deferred.has(value) || this.#graph.constants.has(value) || this.#keepsOrder(value);
  }

  #keepsOrder(value: string): boolean {
    return keepsOrder(atRank4(this.#shape(value)), TO_CHANNELS_FIRST);
  }

  #shape(value: string): readonly number[] {
    const info = this.#graph.values.get(value);
    if (info === undefined) throw new Error(`The shape of value "${value}" is unknown.`);
    return info.shape;
  }

  #integersOf(value: string): number[] | undefined {
    const constant = this.#graph.constants.get(value);
    return constant && Array.from(constant.data as ArrayLike<number | bigint>, Number);
  }
}

function atRank4(shape: readonly number[]): number[] {
  return [...new Array<number>(4 - shape.length).fill(1), ...shape];
}
