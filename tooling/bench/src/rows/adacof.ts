import { join } from 'node:path';
import { writeExchange } from '../exchange.js';
import { AGREEMENT, type Row } from '../row.js';
import { ourWorker, peerWorker } from './workers.js';

const image = [1, 256, 448, 3];
const maps = [1, 256, 448, 25];
const operands = { image, weights: maps, offsetsY: maps, offsetsX: maps };

function adacofRow(
  task: 'forward' | 'backward',
  row: Pick<Row, 'title' | 'limit'>,
  shapes: Readonly<Record<string, readonly number[]>>,
): Row {
  const id = `engine-adacof-${task}`;
  return {
    ...row,
    id,
    prepare: async (context) => {
      const tensors = join(context.folder, `${id}.safetensors`);
      await writeExchange(tensors, [], shapes);
      return {
        ours: ourWorker('adacof', tensors, context, { flags: ['--task', task] }),
        peer: peerWorker('adacof_op_peer', [task], tensors, context),
        agreement: AGREEMENT,
      };
    },
  };
}

/** The AdaCoF operator against the fastest of several vectorised PyTorch versions (the official one needs CUDA). */
export const adacofRows: readonly Row[] = [
  adacofRow('forward', { title: 'AdaCoF operator, 256x448, F=5', limit: 0.5 }, operands),
  adacofRow(
    'backward',
    { title: 'AdaCoF operator with gradients of image, weights and offsets, 256x448, F=5', limit: 0.8 },
    { ...operands, dy: image },
  ),
];
