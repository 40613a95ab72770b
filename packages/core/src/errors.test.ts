import { expect, test } from 'vitest';
import {
  CheckpointError,
  ConfigError,
  EnvironmentError,
  MediaError,
  ShapeError,
  TrainingError,
  UnsupportedError,
  VosvfiError,
} from './errors.js';

const samples: [VosvfiError, string, string][] = [
  [new ShapeError('frame1', '[1, 4, 4, 3]', [1, 4, 5, 3]), 'ShapeError', 'VOSVFI_SHAPE'],
  [new ConfigError('optimizer.rate', 'must be positive, found -1.'), 'ConfigError', 'VOSVFI_CONFIG'],
  [new CheckpointError('a.pth', 'tensor "w" is missing.'), 'CheckpointError', 'VOSVFI_CHECKPOINT'],
  [new MediaError('a.png', 'is truncated.'), 'MediaError', 'VOSVFI_MEDIA'],
  [new UnsupportedError('Times other than 0.5.'), 'UnsupportedError', 'VOSVFI_UNSUPPORTED'],
  [new EnvironmentError('No ffmpeg.'), 'EnvironmentError', 'VOSVFI_ENVIRONMENT'],
  [new TrainingError('The loss is NaN.'), 'TrainingError', 'VOSVFI_TRAINING'],
];

test.each(samples)('%s has its name, code and base class', (error, name, code) => {
  expect(error.name).toBe(name);
  expect(error.code).toBe(code);
  expect(error).toBeInstanceOf(VosvfiError);
  expect(error).toBeInstanceOf(Error);
  expect(error.stack).toContain('errors.test');
});

test('a shape error names the subject, what was expected and what was found', () => {
  expect(new ShapeError('mask0', '[1, H, W, 1]', [2, 8]).message).toBe('mask0: expected [1, H, W, 1], found [2, 8].');
  expect(new ShapeError('mask0', 'labels', 'colours').message).toBe('mask0: expected labels, found colours.');
});

test('file and field errors keep the place in a property and in the message', () => {
  const checkpoint = new CheckpointError('run/a.pth', 'is truncated.');
  expect([checkpoint.file, checkpoint.message]).toEqual(['run/a.pth', 'run/a.pth: is truncated.']);
  const media = new MediaError('b.png', 'has no pixels.');
  expect([media.file, media.message]).toEqual(['b.png', 'b.png: has no pixels.']);
  const config = new ConfigError('data.crop', 'must be an integer.');
  expect([config.path, config.message]).toEqual(['data.crop', 'data.crop: must be an integer.']);
});

test('hint and cause are kept, and the hint ends the message', () => {
  const cause = new RangeError('offset');
  const error = new MediaError('a.mp4', 'ends early.', { hint: 'Download it again.', cause });
  expect(error.message).toBe('a.mp4: ends early. Download it again.');
  expect(error.hint).toBe('Download it again.');
  expect(error.cause).toBe(cause);
  expect(new MediaError('a.mp4', 'ends early.').hint).toBeUndefined();
});

test('isInstance also recognizes errors of another installed copy of the package', () => {
  const marker = Symbol.for('vosvfi.error');
  const foreign = Object.assign(new Error('x'), { [marker]: true });
  expect(VosvfiError.isInstance(new TrainingError('x'))).toBe(true);
  expect(VosvfiError.isInstance(foreign)).toBe(true);
  expect(TrainingError.isInstance(new TrainingError('x'))).toBe(true);
  expect(ShapeError.isInstance(new TrainingError('x'))).toBe(false);
  for (const other of [new Error('x'), null, undefined, 'VOSVFI_SHAPE', { code: 'VOSVFI_SHAPE' }]) {
    expect(VosvfiError.isInstance(other)).toBe(false);
  }
});
