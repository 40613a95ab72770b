import { describe, expect, it } from 'vitest';
import { createProgressLine } from './progress-line.js';

function setUp(isTTY: boolean) {
  const written: string[] = [];
  let time = 0;
  const line = createProgressLine({ isTTY, columns: 60, write: (text) => written.push(text) }, () => time);
  return {
    written,
    line,
    at: (seconds: number) => {
      time = seconds;
    },
  };
}

const event = (done: number) => ({ type: 'progress', stage: 'evaluate', done, total: 10, note: 'dog' }) as const;

describe('progress line', () => {
  it('is rewritten on a terminal and ended once', () => {
    const { written, line, at } = setUp(true);
    at(2);
    line.show(event(1));
    at(4);
    line.show(event(2));
    line.end();
    line.end();
    expect(written).toEqual([
      '\r\u001b[2K1/10 frames, about 18 s left, dog',
      '\r\u001b[2K2/10 frames, about 16 s left, dog',
      '\n',
    ]);
  });

  it('is a line now and then elsewhere; warnings come at once', () => {
    const { written, line, at } = setUp(false);
    at(1);
    line.show(event(1));
    line.show({ type: 'warning', message: 'odd' });
    at(11);
    line.show(event(5));
    line.end();
    expect(written).toEqual(['Warning: odd\n', '5/10 frames, about 11 s left, dog\n']);
  });
});
