import { createIfrnet } from '@vosvfi/models/ifrnet';
import { compile, loadCompiled } from '@vosvfi/runtime';
import { readExchange } from '../exchange.js';
import { means, serve } from '../serve.js';
import { workerArguments } from './arguments.js';

const { tensors, threads, options } = workerArguments('task', 'folder');
const { weights, inputs } = await readExchange(tensors);
const network = createIfrnet('ifrnet');
const signature = Object.fromEntries(Object.entries(inputs).map(([name, { shape }]) => [name, { shape }]));
const compileAgain = () =>
  compile(
    ({ frame0, frame1, t }, tensorWeights) => ({
      frame: network.forward(tensorWeights, { frame0: frame0!, frame1: frame1!, t: t! }).frame,
    }),
    signature,
    { weights, threads },
  );

if (options.task === 'load') {
  const compiled = await compileAgain();
  await compiled.save(options.folder);
  await compiled.dispose();
}
const make = options.task === 'load' ? () => loadCompiled(options.folder, { threads, signature }) : compileAgain;

const first = await make();
const { traceMilliseconds, sessionMilliseconds } = first.facts;
const check = means((await first.run(inputs)).frame!);
await first.dispose();
const version = `VOSVFI, trace ${traceMilliseconds.toFixed(0)} ms, session ${sessionMilliseconds.toFixed(0)} ms`;
await serve({ run: async () => (await make()).dispose(), check, version });
