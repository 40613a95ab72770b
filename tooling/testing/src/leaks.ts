/** The part of TensorFlow.js that {@link expectNoTensorLeak} needs. */
export interface TensorMemory {
  memory(): { numTensors: number; numBytes: number };
}

/**
 * Runs `action` and fails if the number or bytes of live tensors differ afterwards. Runs it once before, so that
 * what is made only at the first use (constants, compiled code) does not count.
 * @param tf TensorFlow.js, which the tested code uses.
 * @throws Error saying how many tensors were left.
 */
export async function expectNoTensorLeak(tf: TensorMemory, action: () => unknown): Promise<void> {
  await action();
  const before = tf.memory();
  await action();
  const after = tf.memory();
  const tensors = after.numTensors - before.numTensors;
  const bytes = after.numBytes - before.numBytes;
  if (tensors !== 0 || bytes !== 0)
    throw new Error(`${tensors} tensors (${bytes} bytes) more are alive after the run.`);
}
