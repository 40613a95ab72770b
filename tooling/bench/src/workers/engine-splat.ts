import { openOperator } from '../operator-task.js';
import { serve } from '../serve.js';
import { splat, splatInputs } from '../splat-task.js';

await serve(
  await openOperator({
    fn: ({ image, flow, metric }) => ({ out: splat(image!, flow!, metric!) }),
    inputs: splatInputs,
    compared: ['out'],
  }),
);
