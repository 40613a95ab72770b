import { UnsupportedError } from '@vosvfi/core';
import type { GraphAssembler } from '../graph/builder.js';
import type { ElementType } from '../graph/graph.js';
import { splatConstant } from '../graph/splat-constant.js';
import * as tf from '../tf.js';

interface Entry {
  readonly shape: readonly number[];
  readonly dtype: ElementType;
  /** Present for values known while tracing. */
  readonly values?: tf.BackendValues;
  /** What made it, for messages. */
  readonly origin: string;
  value?: { readonly graph: GraphAssembler; readonly name: string };
  references: number;
}

function elementType(dtype: tf.DataType): ElementType {
  if (dtype === 'float32' || dtype === 'int32' || dtype === 'bool') return dtype;
  throw new UnsupportedError(`A tensor of type "${dtype}" cannot be compiled.`, {
    hint: 'Engine "graph" knows float32, int32 and bool.',
  });
}

/**
 * A tfjs back-end whose kernels append ONNX nodes to the graph that is being traced. Tensors hold a value's name
 * instead of data, except constants, whose data is kept and becomes an initializer where it is used.
 */
export class TraceBackend extends tf.KernelBackend {
  #graph: GraphAssembler | undefined;
  #failure: Error | undefined;
  readonly #entries = new Map<tf.DataId, Entry>();

  /** The graph being traced. */
  get graph(): GraphAssembler {
    if (this.#graph === undefined) {
      throw new UnsupportedError('A tensor that belongs to a compiled function is used outside of it.', {
        hint: 'Return it from the function instead.',
      });
    }
    return this.#graph;
  }

  /** Runs `record` with `graph` as the target of all kernels. */
  during<T>(graph: GraphAssembler, record: () => T): T {
    const [outer, failure] = [this.#graph, this.#failure];
    this.#graph = graph;
    this.#failure = undefined;
    try {
      const result = record();
      if (this.#failure !== undefined) throw this.#failure;
      return result;
    } finally {
      this.#graph = outer;
      this.#failure = failure;
    }
  }

  /** The tensor of a value of the current graph. */
  wrap(name: string, shape: readonly number[], dtype: tf.DataType, origin: string): tf.TensorInfo {
    const dataId = {};
    this.#entries.set(dataId, {
      shape,
      dtype: elementType(dtype),
      origin,
      value: { graph: this.graph, name },
      references: 1,
    });
    return { dataId, shape: [...shape], dtype };
  }

  /** The name, in the current graph, of a tensor's value. */
  nameOf(tensor: tf.TensorInfo): string {
    const entry = this.#entry(tensor.dataId);
    if (entry.value?.graph === this.graph) return entry.value.name;
    if (entry.values === undefined) {
      throw new UnsupportedError(
        `A result of ${entry.origin} from an earlier compilation is used inside another compiled function.`,
        { hint: 'Pass it as an input, or compute it inside.' },
      );
    }
    const name = splatConstant(this.graph, {
      dtype: entry.dtype,
      shape: entry.shape,
      data: constantData(entry.dtype, entry.values),
    });
    entry.value = { graph: this.graph, name };
    return name;
  }

  override write(values: tf.BackendValues, shape: number[], dtype: tf.DataType): tf.DataId {
    const dataId = {};
    this.move(dataId, values, shape, dtype, 1);
    return dataId;
  }

  override move(
    dataId: tf.DataId,
    values: tf.BackendValues,
    shape: number[],
    dtype: tf.DataType,
    references: number,
  ): void {
    this.#entries.set(dataId, { shape, dtype: elementType(dtype), values, origin: 'a constant', references });
  }

  override readSync(dataId: tf.DataId): tf.BackendValues {
    const entry = this.#entry(dataId);
    if (entry.values !== undefined) return entry.values;
    throw this.#valueRead(entry);
  }

  override read(dataId: tf.DataId): Promise<tf.BackendValues> {
    const entry = this.#entry(dataId);
    if (entry.values !== undefined) return Promise.resolve(entry.values);
    // A rejection could not be caught by the synchronous function that asked: compiling throws this instead.
    this.#failure ??= this.#valueRead(entry);
    return new Promise(() => undefined);
  }

  override disposeData(dataId: tf.DataId, force = false): boolean {
    const entry = this.#entries.get(dataId);
    if (entry === undefined) return true;
    entry.references -= 1;
    if (!force && entry.references > 0) return false;
    this.#entries.delete(dataId);
    return true;
  }

  override incRef(dataId: tf.DataId): void {
    this.#entry(dataId).references += 1;
  }

  override refCount(dataId: tf.DataId): number {
    return this.#entries.get(dataId)?.references ?? 0;
  }

  override numDataIds(): number {
    return this.#entries.size;
  }

  override memory(): { unreliable: boolean } {
    return { unreliable: false };
  }

  override timerAvailable(): boolean {
    return false;
  }

  override floatPrecision(): 16 | 32 {
    return 32;
  }

  override epsilon(): number {
    return 1e-7;
  }

  override dispose(): void {
    this.#entries.clear();
  }

  #entry(dataId: tf.DataId): Entry {
    const known = this.#entries.get(dataId);
    if (known !== undefined) return known;
    try {
      // A tensor of another back-end: tfjs copies its values here by calling `move`.
      tf.engine().moveData(this, dataId);
    } catch (cause) {
      throw new UnsupportedError('A tensor that was already disposed is used in a function that is being compiled.', {
        hint: 'A gradient function of tf.customGrad must get its tensors through `save`.',
        cause,
      });
    }
    return this.#entries.get(dataId) as Entry;
  }

  #valueRead(entry: Entry): UnsupportedError {
    return new UnsupportedError(
      `The value of ${entry.origin} [${entry.shape.join(', ')}] is read while its function is being compiled, when it has none yet.`,
      { hint: 'Compute with tensors only (tf.where instead of if), or run the function on engine "cpu".' },
    );
  }
}

function constantData(dtype: ElementType, values: tf.BackendValues): Float32Array | Int32Array | Uint8Array {
  const numbers = values as ArrayLike<number>;
  if (dtype === 'float32') return numbers instanceof Float32Array ? numbers : Float32Array.from(numbers);
  if (dtype === 'int32') return numbers instanceof Int32Array ? numbers : Int32Array.from(numbers);
  return Uint8Array.from(numbers);
}
