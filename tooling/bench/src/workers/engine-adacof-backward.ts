import { openAdacof } from '../adacof-task.js';
import { serve } from '../serve.js';
import { workerArguments } from './arguments.js';

await serve(await openAdacof('backward', workerArguments()));
