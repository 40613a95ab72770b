import { join } from 'node:path';
import { createIfrnet } from '@vosvfi/models/ifrnet';
import { writeExchange } from '../exchange.js';
import type { Row } from '../row.js';
import { ourWorker } from './workers.js';

/** What saving a compiled function is worth: loading it against compiling it, ours against ours. */
export const compileRows: readonly Row[] = [
  {
    id: 'engine-compile-reload',
    title: 'IFRNet 480x864, loading the compiled function against compiling it',
    limit: 0.5,
    prepare: async (context) => {
      const tensors = join(context.folder, 'engine-compile-reload.safetensors');
      const frame = [1, 480, 864, 3];
      await writeExchange(tensors, createIfrnet('ifrnet').parameters, {
        frame0: frame,
        frame1: frame,
        t: [1, 1, 1, 1],
      });
      const worker = (task: string, name: string) =>
        ourWorker('compile-reload', tensors, context, {
          name,
          flags: ['--task', task, '--folder', join(context.folder, `compiled-${task}`)],
        });
      return { ours: worker('load', 'loaded'), peer: worker('compile', 'compiled'), agreement: 0 };
    },
  },
];
