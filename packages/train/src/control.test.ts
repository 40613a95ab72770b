import { describe, expect, it } from 'vitest';
import { createTrainControl } from './control.js';

describe('control of a run', () => {
  it('holds a paused run until it is continued', async () => {
    const control = createTrainControl();
    await control.whenRunning();
    control.pause();
    control.pause();
    expect(control.isPaused).toBe(true);
    const order: string[] = [];
    const held = control.whenRunning().then(() => order.push('runs'));
    await new Promise((resolve) => setTimeout(resolve, 5));
    order.push('continued');
    control.continue();
    await held;
    expect(order).toEqual(['continued', 'runs']);
    expect(control.isPaused).toBe(false);
    await control.whenRunning();
  });

  it('lets an interruption end a pause', async () => {
    const control = createTrainControl();
    control.pause();
    const stop = new AbortController();
    const held = control.whenRunning(stop.signal);
    stop.abort();
    await held;
    await control.whenRunning(stop.signal);
    expect(control.isPaused).toBe(true);
  });
});
