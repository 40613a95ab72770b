import { describe, expect, it } from 'vitest';
import { MemoryBank } from './memory-bank.js';
import { frameToForget, memoryPolicy } from './memory-policy.js';

const shape = { cells: 2, keyChannels: 3, valueChannels: 1, objects: 2 };

/** Adds frame `index`, whose keys are its index and whose values are 10 and 20 times that. */
function remember(bank: MemoryBank, index: number, { isGiven = false, isTemporary = false } = {}): void {
  const { keys, values } = bank.add({ index, isGiven, isTemporary });
  keys.fill(index);
  values.forEach((value, object) => {
    value.fill(index * 10 * (object + 1));
  });
}

/** Frames in memory, ascending; checks that keys and values of each are where they belong. */
function framesIn(bank: MemoryBank): number[] {
  const { keys, values } = bank.read();
  const count = keys.data.length / 6;
  expect(keys.shape).toEqual([1, 2 * count, 3]);
  const frames = Array.from({ length: count }, (_, place) => keys.data[place * 6]!);
  frames.forEach((index, place) => {
    expect([...keys.data.subarray(place * 6, place * 6 + 6)]).toEqual(new Array(6).fill(index));
    values.forEach((value, object) => {
      expect(value.shape).toEqual([1, 2 * count, 1]);
      expect([...value.data.subarray(place * 2, place * 2 + 2)]).toEqual(new Array(2).fill(index * 10 * (object + 1)));
    });
  });
  return frames.sort((a, b) => a - b);
}

describe('MemoryBank', () => {
  it('keeps everything without a bound', () => {
    const bank = new MemoryBank(shape, Number.POSITIVE_INFINITY);
    for (let index = 0; index < 100; index++) remember(bank, index);
    expect(framesIn(bank)).toEqual(Array.from({ length: 100 }, (_, index) => index));
    expect(bank.cells).toBe(200);
  });

  it('replaces the temporary frame by the next one', () => {
    const bank = new MemoryBank(shape, 3);
    remember(bank, 0, { isGiven: true });
    remember(bank, 1, { isTemporary: true });
    expect(framesIn(bank)).toEqual([0, 1]);
    remember(bank, 2, { isTemporary: true });
    expect(framesIn(bank)).toEqual([0, 2]);
    for (const index of [3, 4, 5]) remember(bank, index);
    remember(bank, 6, { isTemporary: true });
    expect(framesIn(bank)).toHaveLength(4);
    expect(bank.cells).toBe(8);
    remember(bank, 7);
    expect(framesIn(bank)).toHaveLength(3);
  });

  it('is what the official policy has for 120 frames, and of one size ever after', () => {
    const { maxMemoryFrames } = memoryPolicy({});
    const bank = new MemoryBank(shape, maxMemoryFrames!);
    for (let index = 0; index < 120; index += 5) remember(bank, index, { isGiven: index === 0 });
    expect(framesIn(bank)).toEqual(Array.from({ length: 24 }, (_, place) => 5 * place));
    const { buffer } = bank.read().keys.data;
    for (let index = 120; index < 20_000; index += 5) {
      remember(bank, index);
      expect(bank.cells).toBe(48);
    }
    expect(bank.read().keys.data.buffer).toBe(buffer);
    const kept = framesIn(bank);
    // From the start to the end, ever denser.
    expect(kept[0]).toBe(0);
    expect(kept.slice(-4)).toEqual([19_980, 19_985, 19_990, 19_995]);
    const gaps = kept.slice(1).map((index, place) => index - kept[place]!);
    expect(Math.max(...gaps)).toBeLessThan(20_000 * 0.3);
    expect(gaps.slice(0, 12).reduce((sum, gap) => sum + gap)).toBeGreaterThan(19_000);
  });
});

describe('frameToForget', () => {
  const entries = (...indices: (number | string)[]) =>
    indices.map((index) => ({ index: Number(index), isGiven: typeof index === 'string' }));

  it('takes the oldest of frames at equal distances', () => {
    expect(frameToForget(entries('0', 5, 10, 15, 20))).toBe(1);
  });

  it('takes the one that leaves the smallest gap for its age', () => {
    // Gap over age: 10 / 65 against 15 / 60; 30 / 38 against 32 / 40.
    expect(frameToForget(entries('0', 5, 10, 20, 40, 55, 60, 70))).toBe(1);
    expect(frameToForget(entries('0', 30, 32, 60, 70))).toBe(2);
  });

  it('spares given frames while there are others, and the first and the last always', () => {
    expect(frameToForget(entries('0', '5', 10, 15, 20))).toBe(2);
    expect(frameToForget(entries('0', '5', '10', 20))).toBe(1);
    expect(frameToForget(entries('0', '1', 20))).toBe(1);
  });
});

describe('memoryPolicy', () => {
  it.each([
    [{ memoryEvery: 0 }, 'memoryEvery: expected an integer from 1 on, found 0.'],
    [{ topK: 2.5 }, 'topK: expected an integer from 1 on, found 2.5.'],
    [{ maxMemoryFrames: 1 }, 'maxMemoryFrames: expected an integer from 2 on, found 1.'],
  ])('refuses %o', (options, message) => {
    expect(() => memoryPolicy(options)).toThrow(message);
  });

  it('has the official defaults, and a bound that can be lifted', () => {
    expect(memoryPolicy({ maxMemoryFrames: null })).toEqual({
      memoryEvery: 5,
      includeLast: false,
      topK: 20,
      maxMemoryFrames: null,
    });
  });
});
