import type { TensorData } from '@vosvfi/core';
import * as ort from 'onnxruntime-node';
import type { GraphEngineId } from '../engine.js';
import { GraphAssembler } from '../graph/builder.js';
import { writeModel } from '../onnx/write-model.js';
import { graphDevices } from './graph-device.js';
import { openSession } from './graph-session.js';

type Float32Tensor = ort.Tensor & { readonly dims: readonly number[] };

/**
 * Values that stay on the device from run to run. Each stands for an array of the host's, which keeps its old content
 * until {@link fetch}; a run that is given the array reads the device's value.
 */
export class ResidentTensors {
  readonly #engine: GraphEngineId;
  readonly #tensors = new Map<TensorData, Float32Tensor>();
  /** Arrays whose content is older than the device's. */
  readonly #stale = new Set<TensorData>();

  constructor(engine: GraphEngineId) {
    this.#engine = engine;
  }

  /** True if values of this engine can stay where they are: through WebGPU; the binding has it for no other provider. */
  static supports(engine: GraphEngineId): boolean {
    return graphDevices[engine].provider === 'webgpu';
  }

  /** The device's value of an array, if there is one. */
  of(data: TensorData): ort.Tensor | undefined {
    return this.#tensors.get(data);
  }

  /** From now on, `tensor` is the value of `data`. */
  set(data: TensorData, tensor: ort.Tensor): void {
    this.#tensors.get(data)?.dispose();
    this.#tensors.set(data, tensor as Float32Tensor);
    this.#stale.add(data);
  }

  /** True if the array's content is older than the device's value. */
  isStale(data: TensorData): boolean {
    return this.#stale.has(data);
  }

  /** The host's content counts again, for those that have just been written to. */
  forget(arrays: Iterable<TensorData>): void {
    for (const data of arrays) {
      this.#tensors.get(data)?.dispose();
      this.#tensors.delete(data);
      this.#stale.delete(data);
    }
  }

  /**
   * Writes the device's values into their arrays. The binding cannot read a tensor of the device (its `getData` ends the
   * process), but a session's outputs can be on the host: one that passes values on.
   */
  async fetch(arrays: Iterable<TensorData>): Promise<void> {
    const held = [...arrays].flatMap((data) => {
      const tensor = this.#tensors.get(data);
      return tensor === undefined || !this.#stale.has(data) ? [] : [{ data, tensor }];
    });
    if (held.length === 0) return;
    const { session } = await openSession(passingModel(held.map(({ tensor }) => tensor.dims)), this.#engine, 1);
    try {
      const named = <T>(prefix: string, values: readonly T[]) =>
        Object.fromEntries(values.map((value, index) => [`${prefix}${index}`, value]));
      await session.run(
        named(
          'x',
          held.map(({ tensor }) => tensor),
        ),
        named(
          'y',
          held.map(({ data, tensor }) => new ort.Tensor('float32', data as Float32Array, tensor.dims)),
        ),
      );
      for (const { data } of held) this.#stale.delete(data);
    } finally {
      await session.release();
    }
  }

  dispose(): void {
    this.forget([...this.#tensors.keys()]);
  }
}

/** What of a graph's outputs stays on the device. */
export interface Residence {
  readonly tensors: ResidentTensors;
  /** Whether an output stays; a run must then give an array for it. */
  stays(output: string): boolean;
}

/** A model whose outputs y0, y1, ... are its inputs x0, x1, ... */
function passingModel(shapes: readonly (readonly number[])[]): Uint8Array {
  const graph = new GraphAssembler();
  const outputs = shapes.map((shape, index) => ({
    name: `y${index}`,
    value: graph.input(`x${index}`, { shape, dtype: 'float32' }),
  }));
  return writeModel(graph.finish(outputs));
}
