import type { MessagePort } from 'node:worker_threads';
import { describeFailure } from '../batches/worker-result.js';
import { type PrepareTask, runTask } from './tasks.js';

/** Milliseconds between messages about progress. */
const INTERVAL = 200;

/** Does a task, tells on the port how far it is, and stops when anything arrives there. */
export async function prepareInWorker({ task, port }: { readonly task: PrepareTask; readonly port: MessagePort }) {
  const stop = new AbortController();
  port.on('message', () => stop.abort(new Error('stopped')));
  let told = 0;
  let latest = 0;
  try {
    const value = await runTask(task, {
      signal: stop.signal,
      onStep: (done) => {
        latest = done;
        if (performance.now() - told < INTERVAL) return;
        told = performance.now();
        port.postMessage(done);
      },
    });
    return { value };
  } catch (error) {
    return describeFailure(error);
  } finally {
    port.postMessage(latest);
    port.close();
  }
}
