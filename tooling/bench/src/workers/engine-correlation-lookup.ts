import { correlationPyramid, lookupCorrelation } from '@vosvfi/ops';
import { compile } from '@vosvfi/runtime';
import { openOperator, signatureOf } from '../operator-task.js';
import { serve } from '../serve.js';

const names = [0, 1, 2, 3].map((index) => `level${index}`);

await serve(
  await openOperator({
    fn: (inputs) => ({
      out: lookupCorrelation(
        names.map((name) => inputs[name]!),
        inputs.coords!,
        { radius: 4 },
      ),
    }),
    // Every pixel looks up to 4 pixels away from itself.
    inputs: async ({ fmap1, fmap2, shift }, threads) => {
      const features = { fmap1: fmap1!, fmap2: fmap2! };
      const compiled = await compile(
        ({ fmap1: first, fmap2: second }) =>
          Object.fromEntries(correlationPyramid(first!, second!).map((level, index) => [names[index]!, level])),
        signatureOf(features),
        { threads },
      );
      const levels = await compiled.run(features);
      await compiled.dispose();
      const [, , width] = shift!.shape as [number, number, number];
      const coords = Float32Array.from(shift!.data, (value, index) => {
        const pixel = Math.floor(index / 2);
        return 8 * (value - 0.5) + (index % 2 === 0 ? pixel % width : Math.floor(pixel / width));
      });
      return { ...levels, coords: { data: coords, shape: shift!.shape, dtype: 'float32' } };
    },
    compared: ['out'],
  }),
);
