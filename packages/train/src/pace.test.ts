import { describe, expect, it } from 'vitest';
import { createPace } from './pace.js';

describe('pace', () => {
  it('knows nothing before a step has ended', () => {
    expect(createPace(0).etaSeconds(10)).toBeUndefined();
  });

  it('forgets a slow start once the window has passed it', () => {
    const pace = createPace(0, 3);
    pace.stepEnded(100);
    expect(pace.secondsPerStep()).toBe(100);
    for (const seconds of [101, 102, 103]) pace.stepEnded(seconds);
    expect(pace.secondsPerStep()).toBe(1);
    expect(pace.etaSeconds(10)).toBe(10);
  });
});
