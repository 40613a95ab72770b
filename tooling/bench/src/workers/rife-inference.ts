import { paddedInterpolation } from '@vosvfi/models/interpolator';
import { createRife } from '@vosvfi/models/rife';
import { compile } from '@vosvfi/runtime';
import { readExchange } from '../exchange.js';
import { means, serve } from '../serve.js';
import { workerArguments } from './arguments.js';

const { tensors, threads } = workerArguments();
const { weights, inputs } = await readExchange(tensors);
const signature = Object.fromEntries(Object.entries(inputs).map(([name, { shape }]) => [name, { shape }]));
const compiled = await compile(paddedInterpolation(createRife('rife')), signature, { weights, threads });
const run = () => compiled.run(inputs);
const check = means((await run()).frame!);
await serve({ run, check, version: `VOSVFI, ${compiled.facts.nodes} nodes` });
await compiled.dispose();
