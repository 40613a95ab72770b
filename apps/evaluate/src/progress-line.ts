import type { OnProgress } from '@vosvfi/core';
import type { TextStream } from './streams.js';

/** Seconds between lines where a line cannot be overwritten. */
const LINE_INTERVAL = 10;

/** Progress on a stream: one line that is rewritten on a terminal, a line now and then elsewhere. */
export function createProgressLine(
  stream: TextStream,
  now: () => number = () => performance.now() / 1000,
): { readonly show: OnProgress; end(): void } {
  const start = now();
  let written = start;
  let isOpen = false;
  return {
    show: (event) => {
      if (event.type === 'warning') {
        stream.write(`${isOpen ? '\n' : ''}Warning: ${event.message}\n`);
        isOpen = false;
        return;
      }
      const { done, total = done, note = '' } = event;
      const rest = ((now() - start) / done) * (total - done);
      const text = `${done}/${total} frames, about ${Math.ceil(rest)} s left, ${note}`;
      if (stream.isTTY) {
        stream.write(`\r\u001b[2K${text.slice(0, Math.max(20, (stream.columns ?? 80) - 1))}`);
        isOpen = true;
      } else if (now() - written >= LINE_INTERVAL) {
        written = now();
        stream.write(`${text}\n`);
      }
    },
    end: () => {
      if (isOpen) stream.write('\n');
      isOpen = false;
    },
  };
}
