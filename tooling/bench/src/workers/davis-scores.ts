import { evaluateDavisSequence } from '@vosvfi/eval';
import { readExchange } from '../exchange.js';
import { serve } from '../serve.js';
import { workerArguments } from './arguments.js';
import { masksOf } from './video.js';

const { tensors } = workerArguments();
const { inputs } = await readExchange(tensors);
const [annotations, shifted, grown] = ['annotations', 'shifted', 'grown'].map((name) => masksOf(inputs[name]!)) as [
  ReturnType<typeof masksOf>,
  ReturnType<typeof masksOf>,
  ReturnType<typeof masksOf>,
];
const frames = annotations.map((_, index) => index);

function scores(): Record<string, number> {
  return Object.fromEntries(
    Object.entries({ shifted, grown }).flatMap(([name, results]) => {
      const [object] = evaluateDavisSequence(annotations, results, { frames }).objects;
      return [
        [`${name} J`, object!.jaccard.mean],
        [`${name} F`, object!.boundary.mean],
      ];
    }),
  );
}

const check = scores();
await serve({ run: async () => scores(), check, version: 'VOSVFI' });
