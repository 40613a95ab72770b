import { CheckpointError, type HostTensor, TrainingError, type WeightMap } from '@vosvfi/core';
import type { ResidentTensors } from '../engines/resident-tensors.js';
import { names } from './names.js';

/**
 * Parameters and optimizer slots in two sets of buffers: a step reads one and writes the other, and the two change
 * places when the step is accepted. So a rejected step leaves no trace, and nothing is allocated.
 */
export class TrainingState {
  readonly #parameters: WeightMap;
  readonly #slots: readonly string[];
  /** Where buffers have their values on a device; absent if they are what graphs read and write. */
  readonly #resident: ResidentTensors | undefined;
  #current: Map<string, Float32Array>;
  #next: Map<string, Float32Array>;
  /** Steps accepted so far. */
  step = 0;

  constructor(parameters: WeightMap, slots: readonly string[], resident?: ResidentTensors) {
    this.#parameters = parameters;
    this.#slots = slots;
    this.#resident = resident;
    this.#current = this.#buffers((data) => Float32Array.from(data));
    this.#next = this.#buffers((data) => new Float32Array(data.length));
  }

  /** Arrays that the next step reads, by input name. */
  feeds(): Record<string, Float32Array> {
    return this.#named(this.#current, names.parameter, names.slot);
  }

  /** Arrays that the next step writes, by output name. */
  fetches(): Record<string, Float32Array> {
    return this.#named(this.#next, names.updatedParameter, names.updatedSlot);
  }

  /** Elements of each parameter. */
  parameterSizes(): [string, number][] {
    return [...this.#parameters].map(([key, { data }]) => [key, data.length]);
  }

  /** Makes what the last step wrote the current state. */
  accept(): void {
    [this.#current, this.#next] = [this.#next, this.#current];
    this.step += 1;
  }

  /** Brings the current state from the device, if that has it. */
  async settle(): Promise<void> {
    await this.#resident?.fetch(this.#current.values());
  }

  /** @throws TrainingError if the device has newer values. */
  weights(): Map<string, HostTensor> {
    this.#assertSettled();
    return this.#weights();
  }

  /** @throws TrainingError if the device has newer values. */
  slots(): Map<string, HostTensor> {
    this.#assertSettled();
    return this.#slotTensors();
  }

  /** @throws CheckpointError naming a missing, unknown or mis-shaped tensor; the state is then unchanged. */
  restore(weights: WeightMap, state: { step: number; slots: WeightMap }): void {
    if (!Number.isInteger(state.step) || state.step < 0) {
      throw new CheckpointError('optimizer state', `step must be a whole number from 0, found ${state.step}.`);
    }
    // Only shapes are asked of these.
    assertFits('weights', this.#weights(), weights);
    assertFits('optimizer state', this.#slotTensors(), state.slots);
    this.#resident?.forget(this.#current.values());
    for (const key of this.#parameters.keys()) {
      this.#current.get(bufferKey(key))?.set((weights.get(key) as HostTensor).data);
      for (const slot of this.#slots) {
        this.#current.get(bufferKey(key, slot))?.set((state.slots.get(`${slot}/${key}`) as HostTensor).data);
      }
    }
    this.step = state.step;
  }

  #assertSettled(): void {
    const resident = this.#resident;
    if (resident === undefined || ![...this.#current.values()].some((data) => resident.isStale(data))) return;
    throw new TrainingError('The weights and the optimizer state are on the device.', {
      hint: 'Call `await step.settle()` first.',
    });
  }

  #weights(): Map<string, HostTensor> {
    return this.#copies((key) => key, [undefined]);
  }

  #slotTensors(): Map<string, HostTensor> {
    return this.#copies((key, slot) => `${slot}/${key}`, this.#slots);
  }

  #buffers(fill: (data: HostTensor['data']) => Float32Array): Map<string, Float32Array> {
    const buffers = new Map<string, Float32Array>();
    for (const [key, { data }] of this.#parameters) {
      buffers.set(bufferKey(key), fill(data));
      for (const slot of this.#slots) buffers.set(bufferKey(key, slot), new Float32Array(data.length));
    }
    return buffers;
  }

  #named(
    buffers: ReadonlyMap<string, Float32Array>,
    parameterName: (key: string) => string,
    slotName: (slot: string, key: string) => string,
  ): Record<string, Float32Array> {
    const named: Record<string, Float32Array> = {};
    for (const key of this.#parameters.keys()) {
      named[parameterName(key)] = buffers.get(bufferKey(key)) as Float32Array;
      for (const slot of this.#slots) named[slotName(slot, key)] = buffers.get(bufferKey(key, slot)) as Float32Array;
    }
    return named;
  }

  #copies(
    name: (key: string, slot: string | undefined) => string,
    slots: readonly (string | undefined)[],
  ): Map<string, HostTensor> {
    const copies = new Map<string, HostTensor>();
    for (const slot of slots) {
      for (const [key, { shape }] of this.#parameters) {
        const data = (this.#current.get(bufferKey(key, slot)) as Float32Array).slice();
        copies.set(name(key, slot), { data, shape, dtype: 'float32' });
      }
    }
    return copies;
  }
}

function bufferKey(key: string, slot?: string): string {
  return JSON.stringify(slot === undefined ? [key] : [key, slot]);
}

function assertFits(subject: string, expected: WeightMap, given: WeightMap): void {
  for (const key of given.keys()) {
    if (!expected.has(key)) throw new CheckpointError(subject, `tensor "${key}" is unknown to this training step.`);
  }
  for (const [key, { shape, dtype, data }] of expected) {
    const found = given.get(key);
    if (found === undefined) throw new CheckpointError(subject, `tensor "${key}" is missing.`);
    const describe = (tensor: { dtype: string; shape: readonly number[] }) =>
      `${tensor.dtype} [${tensor.shape.join(', ')}]`;
    if (describe(found) !== describe({ dtype, shape }) || found.data.length !== data.length) {
      throw new CheckpointError(
        subject,
        `tensor "${key}": expected ${describe({ dtype, shape })}, found ${describe(found)} with ${found.data.length} elements.`,
      );
    }
  }
}
