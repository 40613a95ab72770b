import { openTraining } from '../ifrnet-training.js';
import { serve } from '../serve.js';
import { workerArguments } from './arguments.js';

await serve(await openTraining({ ...workerArguments(), isVosAware: false }));
