import type { GraphAssembler } from '../graph/builder.js';
import type { Attributes, ElementType } from '../graph/graph.js';
import { elementTypeCodes } from '../graph/infer-outputs.js';
import type * as tf from '../tf.js';
import { GRAPH_BACKEND } from './graph-backend-name.js';
import type { TraceBackend } from './trace-backend.js';

/** Input tensors of a kernel, by tfjs's names. */
export type KernelInputs = Readonly<Record<string, tf.TensorInfo>>;

/** What one kernel call may do: read names of its inputs, emit nodes, make its result. */
export class KernelCall {
  readonly #backend: TraceBackend;
  readonly #kernel: string;

  constructor(backend: TraceBackend, kernel: string) {
    this.#backend = backend;
    this.#kernel = kernel;
  }

  get graph(): GraphAssembler {
    return this.#backend.graph;
  }

  /** The graph's name of a tensor. */
  name(tensor: tf.TensorInfo): string {
    return this.#backend.nameOf(tensor);
  }

  /** The tensor of a value whose shape and type the graph knows. */
  result(value: string): tf.TensorInfo {
    const info = this.graph.info(value);
    if (info === undefined || !isTensorType(info.dtype)) {
      throw new Error(`Kernel ${this.#kernel}: the type of its result is ${info?.dtype ?? 'unknown'}.`);
    }
    return this.#backend.wrap(value, info.shape, info.dtype, this.#kernel);
  }

  /** Emits one node over tensors and returns its output as the kernel's result. */
  emit(opType: string, inputs: readonly tf.TensorInfo[], attributes: Attributes = {}): tf.TensorInfo {
    return this.result(
      this.graph.node(
        opType,
        inputs.map((input) => this.name(input)),
        attributes,
      ),
    );
  }

  /** The kernel's result is its input, seen under another tensor. */
  same(x: tf.TensorInfo): tf.TensorInfo {
    this.#backend.incRef(x.dataId);
    return { dataId: x.dataId, shape: x.shape, dtype: x.dtype };
  }

  /** A tensor's name after conversion to `dtype`. */
  as(x: tf.TensorInfo, dtype: ElementType): string {
    return this.cast(this.name(x), dtype);
  }

  /** A value converted to `dtype`. */
  cast(value: string, dtype: ElementType): string {
    if (this.graph.info(value)?.dtype === dtype) return value;
    return this.graph.node('Cast', [value], { to: elementTypeCodes[dtype] });
  }

  /** A value in another shape. */
  reshape(value: string, shape: readonly number[]): string {
    return this.graph.node('Reshape', [value, this.graph.int64(shape)]);
  }

  transpose(value: string, perm: readonly number[]): string {
    return this.graph.node('Transpose', [value], { perm: [...perm] });
  }

  scalar(value: number, dtype: ElementType = 'float32'): string {
    return this.graph.scalar(value, dtype);
  }
}

/**
 * How one tfjs kernel becomes ONNX nodes. Inputs and attributes are tfjs's own
 * (`kernel_names.ts` of tfjs-core lists them by kernel).
 */
export function lowering<Inputs = KernelInputs, Attrs = Record<string, never>>(
  kernelName: string,
  lower: (call: KernelCall, inputs: Inputs, attrs: Attrs) => tf.TensorInfo | tf.TensorInfo[],
): tf.KernelConfig {
  return {
    kernelName,
    backendName: GRAPH_BACKEND,
    kernelFunc: ({ inputs, attrs, backend }) =>
      // tfjs types kernels by name only: these two casts are where its tables meet ours.
      lower(
        new KernelCall(backend as TraceBackend, kernelName),
        inputs as unknown as Inputs,
        (attrs ?? {}) as unknown as Attrs,
      ),
  };
}

/** Types that TensorFlow.js knows; the others live only inside a graph. */
function isTensorType(dtype: ElementType): dtype is 'float32' | 'int32' | 'bool' {
  return dtype === 'float32' || dtype === 'int32' || dtype === 'bool';
}
