import { type BatchSource, createRandom, hostTensor } from '@vosvfi/core';

/** Batches that are a pure function of the step; `asked` lists the steps in the order they were asked for. */
export function fakeBatches(
  options: { size?: number; poison?: (step: number) => boolean; names?: BatchSource['names'] } = {},
): BatchSource & { readonly asked: number[] } {
  const { size = 4, poison = () => false, names } = options;
  const asked: number[] = [];
  return {
    asked,
    batch: async (step) => {
      asked.push(step);
      const random = createRandom(1).fork(step);
      const data = Float32Array.from({ length: size }, () => (poison(step) ? Number.NaN : random.normal(3, 0.1)));
      return { x: hostTensor(data, [size]) };
    },
    ...(names === undefined ? {} : { names }),
    dispose: async () => undefined,
  };
}
