import { describe, expect, it } from 'vitest';
import { vosSchema } from '../recipe/vos-schema.js';
import { isSwitchedOff, vosOptions, vosWeights } from './vos-options.js';

const weights = (vos: object) => Object.values(vosWeights(vosSchema.parse(vos)));

describe('ablation switches', () => {
  it('leave the weights of the terms that count', () => {
    expect(weights({})).toEqual([0.1, 0.1]);
    expect(weights({ terms: 'segmentation' })).toEqual([0.1, 0]);
    expect(weights({ terms: 'consistency', lambda2: 0.3 })).toEqual([0, 0.3]);
    expect(weights({ terms: 'none', mode: 'released' })).toEqual([0, 0]);
  });

  it('leave the whole block out where nothing counts', () => {
    const isOff = (vos: object) => isSwitchedOff(vosSchema.parse(vos));
    expect([{}, { lambda1: 0 }, { terms: 'segmentation' }, { mode: 'released' }].map(isOff)).toEqual(
      new Array(4).fill(false),
    );
    expect([{ enabled: false }, { terms: 'none' }, { terms: 'consistency', lambda2: 0 }].map(isOff)).toEqual(
      new Array(3).fill(true),
    );
  });

  it('give each mode its own options', () => {
    expect(vosOptions(vosSchema.parse({ consistency: 'symmetric' }))).toEqual({
      mode: 'paper',
      lambda1: 0.1,
      lambda2: 0.1,
      consistency: 'symmetric',
    });
    expect(vosOptions(vosSchema.parse({ mode: 'released', channels: 'bgr' }))).toEqual({
      mode: 'released',
      lambda1: 1,
      lambda2: 1,
      channels: 'bgr',
    });
  });
});
