import { join } from 'node:path';
import { createIfrnet } from '@vosvfi/models/ifrnet';
import { writeExchange } from '../exchange.js';
import type { Row, RowContext } from '../row.js';
import { ourWorker } from './workers.js';

type Size = readonly [height: number, width: number];

/** The size that the others are compared with. */
const reference: Size = [480, 864];

const sizes: readonly Size[] = [
  [128, 224],
  [256, 448],
  [720, 1280],
  [1088, 1920],
];

async function worker([height, width]: Size, id: string, context: RowContext) {
  const tensors = join(context.folder, `${id}-${height}.safetensors`);
  const frame = [1, height, width, 3];
  const shapes = { frame0: frame, frame1: frame, t: [1, 1, 1, 1] };
  await writeExchange(tensors, createIfrnet('ifrnet_s').parameters, shapes);
  return ourWorker('ifrnet-inference', tensors, context, {
    name: `${height}x${width}`,
    flags: ['--preset', 'ifrnet_s'],
  });
}

/** How cost grows with the size of the picture: the time for one pixel against that at 480x864. */
export const sizeRows: readonly Row[] = sizes.map((size) => {
  const [height, width] = size;
  const id = `engine-size-${height}`;
  return {
    id,
    title: `IFRNet_S inference, time per pixel at ${height}x${width} against ${reference.join('x')}`,
    limit: 1.3,
    pixels: { ours: height * width, peer: reference[0] * reference[1] },
    prepare: async (context) => ({
      ours: await worker(size, id, context),
      peer: await worker(reference, id, context),
      agreement: null,
    }),
  };
});
