import { ConfigError } from '@vosvfi/core';
import { describe, expect, it } from 'vitest';
import { findSegmenterWeights } from './segmenter.js';

describe('weights of a segmenter', () => {
  it('are the given ones, else those that come along', () => {
    expect(findSegmenterWeights({})).toBeUndefined();
    expect(findSegmenterWeights({ segmenter: 'stcn', segmenterWeights: 'stcn.pth' })).toBe('stcn.pth');
    expect(findSegmenterWeights({ segmenter: 'stcn_tiny', segmenterWeights: 'own.safetensors' })).toBe(
      'own.safetensors',
    );
    expect(findSegmenterWeights({ segmenter: 'stcn_tiny' })).toMatch(/weights[\\/]stcn_tiny\.safetensors$/);
  });

  it('must be given for a network whose weights do not come along, and only with a segmenter', () => {
    expect(() => findSegmenterWeights({ segmenter: 'stcn' })).toThrow(/"stcn" is a network and needs its weights/);
    expect(() => findSegmenterWeights({ segmenterWeights: 'stcn.pth' })).toThrow(ConfigError);
  });
});
