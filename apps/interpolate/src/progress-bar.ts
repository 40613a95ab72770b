import type { OnProgress } from '@vosvfi/core';
import { Presets, SingleBar } from 'cli-progress';

/** Shows progress, with the time that is left, on a stream; warnings get a line of their own. */
export function createProgressBar(stream: NodeJS.WriteStream): { readonly show: OnProgress; stop(): void } {
  const bar = new SingleBar(
    {
      stream,
      format: '{bar} {value}/{total} frames, {eta_formatted} left',
      etaBuffer: 30,
      hideCursor: true,
      // Where a line cannot be rewritten, one now and then.
      noTTYOutput: true,
      notTTYSchedule: 10_000,
    },
    Presets.shades_classic,
  );
  let isStarted = false;
  return {
    show(event) {
      if (event.type === 'warning') {
        stream.write(`Warning: ${event.message}\n`);
        return;
      }
      const { done, total = done } = event;
      if (!isStarted) bar.start(total, 0);
      isStarted = true;
      bar.setTotal(total);
      bar.update(done);
    },
    stop() {
      if (isStarted) bar.stop();
      isStarted = false;
    },
  };
}
