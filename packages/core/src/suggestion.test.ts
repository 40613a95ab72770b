import { expect, test } from 'vitest';
import { suggestion } from './suggestion.js';

test('a name that is close is suggested', () => {
  const names = ['psnr', 'ssim', 'lpips-alex'];
  expect(suggestion('psmr', names)).toBe('Did you mean "psnr"?');
  expect(suggestion('lpips-alxe', names)).toBe('Did you mean "lpips-alex"?');
  expect(suggestion('vot2018', names)).toBe('');
  expect(suggestion('psnr', [])).toBe('');
});
