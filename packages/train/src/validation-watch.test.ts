import { describe, expect, it } from 'vitest';
import { watchValidations } from './validation-watch.js';

const note = (watch: ReturnType<typeof watchValidations>, values: number[], metric = 'psnr') =>
  values.map((value, i) => watch.note(i + 1, { [metric]: value }));

describe('watch over validations', () => {
  it('finds the best, by the larger or the smaller value; what is not finite is never best', () => {
    const most = watchValidations({ keepBest: { metric: 'psnr' } });
    expect(note(most, [Number.NaN, 3, 5, 5, 4, Number.POSITIVE_INFINITY, 6])).toEqual([
      ...[false, true, true, false, false, false, true],
    ]);
    expect(most.best).toEqual({ step: 7, value: 6 });
    const least = watchValidations({ keepBest: { metric: 'error', mode: 'min' } });
    expect(note(least, [3, 5, 2], 'error')).toEqual([true, false, true]);
    expect(least.end).toBeUndefined();
  });

  it('ends after as many validations in a row without progress as patience says', () => {
    const watch = watchValidations({ earlyStop: { metric: 'psnr', patience: 2, minDelta: 0.5 } });
    note(watch, [30, 30.4, 30.6, 30.9]);
    expect(watch.end).toBeUndefined();
    // Slow gains add up: progress is measured from the last progress.
    watch.note(5, { psnr: 31.2 });
    expect(watch.state()).toEqual({ earlyStop: { value: 31.2, waited: 0 } });
    note(watch, [31, 31.7]);
    expect(watch.end).toBe('"psnr" has not been better than 31.2 for 2 validations');
  });

  it('goes on from its state', () => {
    const options = {
      keepBest: { metric: 'psnr' },
      earlyStop: { metric: 'loss', mode: 'min' as const, patience: 3 },
    };
    const values = [
      { psnr: 1, loss: 5 },
      { psnr: 3, loss: 6 },
      { psnr: 2, loss: Number.NaN },
      { psnr: 1, loss: 5 },
    ];
    const whole = watchValidations(options);
    for (const [i, metrics] of values.entries()) whole.note(i, metrics);
    for (let cut = 0; cut < values.length; cut += 1) {
      const before = watchValidations(options);
      for (const [i, metrics] of values.slice(0, cut).entries()) before.note(i, metrics);
      const after = watchValidations(options, JSON.parse(JSON.stringify(before.state())));
      for (const [i, metrics] of values.slice(cut).entries()) after.note(cut + i, metrics);
      expect(after.state()).toEqual(whole.state());
      expect(after.end).toBe(whole.end);
    }
    expect(whole.end).toContain('for 3 validations');
  });

  it('takes a best one back that could not be kept', () => {
    const watch = watchValidations({ keepBest: { metric: 'psnr' } });
    note(watch, [1, 2]);
    watch.revertBest();
    expect(watch.best).toEqual({ step: 1, value: 1 });
    expect(watch.note(3, { psnr: 1.5 })).toBe(true);
  });

  it('names a metric that validations do not give, and options that cannot be', () => {
    const watch = watchValidations({ keepBest: { metric: 'ssim' } });
    expect(() => watch.note(1, { psnr: 1, foregroundPsnr: 2 })).toThrow(
      'The validation gives no metric "ssim". It gives: psnr, foregroundPsnr.',
    );
    const stop = (patience: number, minDelta: number) => () =>
      watchValidations({ earlyStop: { metric: 'psnr', patience, minDelta } });
    expect(stop(0, 0)).toThrow('earlyStop.patience: expected a whole number >= 1, found 0.');
    expect(stop(1, -1)).toThrow('earlyStop.minDelta: expected a number >= 0, found -1.');
  });
});
