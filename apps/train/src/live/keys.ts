import { emitKeypressEvents, type Key } from 'node:readline';
import type { ReadStream } from 'node:tty';

/** Calls the handler of a key when it is pressed, until the returned function is called. Ctrl-C and Ctrl-Z do what they always do. */
export function listenToKeys(stdin: ReadStream, handlers: Readonly<Record<string, () => void>>): () => void {
  emitKeypressEvents(stdin);
  // The terminal hands single keys on only in raw mode, in which it makes no signals of them.
  const stop = (): void => {
    stdin.setRawMode(false);
    process.once('SIGCONT', () => stdin.setRawMode(true));
    process.kill(process.pid, 'SIGTSTP');
  };
  const onKey = (_: string | undefined, key: Key): void => {
    if (key.ctrl && key.name === 'c') process.kill(process.pid, 'SIGINT');
    else if (key.ctrl && key.name === 'z') stop();
    else if (key.name !== undefined && !key.ctrl && !key.meta) handlers[key.name]?.();
  };
  stdin.setRawMode(true);
  stdin.on('keypress', onKey);
  stdin.resume();
  return () => {
    stdin.off('keypress', onKey);
    stdin.setRawMode(false);
    // Else an open standard input would keep the program from ending.
    stdin.pause();
  };
}
