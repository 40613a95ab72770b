import { join } from 'node:path';
import { writeExchange } from '../exchange.js';
import { AGREEMENT, type Row } from '../row.js';
import { ourWorker, peerWorker } from './workers.js';

type Shapes = Readonly<Record<string, readonly number[]>>;

/** A row of one operator: the worker of that name against the task of that name of the peer. */
function operatorRow(task: string, row: Pick<Row, 'title' | 'limit'>, shapes: Shapes): Row {
  const id = `engine-${task}`;
  return {
    ...row,
    id,
    prepare: async (context) => {
      const tensors = join(context.folder, `${id}.safetensors`);
      await writeExchange(tensors, [], shapes);
      return {
        ours: ourWorker(id, tensors, context),
        peer: peerWorker('operators_peer', [task], tensors, context),
        agreement: AGREEMENT,
      };
    },
  };
}

const splatted = { image: [1, 256, 448, 3], flow: [1, 256, 448, 2], metric: [1, 256, 448, 1] };

/** Features of 480x864 pictures at an eighth of their size. */
const features = (channels: number): Shapes => ({
  fmap1: [1, 60, 108, channels],
  fmap2: [1, 60, 108, channels],
});

/** Operators of the graph engine against the same in PyTorch. */
export const operatorRows: readonly Row[] = [
  operatorRow('splat', { title: 'Softmax splatting, 256x448x3', limit: 0.6 }, splatted),
  operatorRow('splat-train', { title: 'Softmax splatting with gradients, 256x448x3', limit: 0.7 }, splatted),
  operatorRow(
    'correlation-pyramid',
    { title: 'All-pairs correlation, 4 levels, 60x108x256 features', limit: 0.8 },
    features(256),
  ),
  operatorRow(
    'correlation-lookup',
    { title: 'Correlation lookup, radius 4, 4 levels, 60x108', limit: 0.6 },
    { ...features(16), shift: [1, 60, 108, 2] },
  ),
];
