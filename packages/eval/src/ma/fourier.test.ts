import { createRandom } from '@vosvfi/core';
import { describe, expect, it } from 'vitest';
import { fourierTransform, inverseFourierTransform } from './fourier.js';

describe('fourierTransform', () => {
  it.each([
    [1, 1],
    [8, 4],
    [7, 5],
    [12, 9],
  ])('is the sum that it stands for, %ix%i, and its inverse leads back', (width, height) => {
    const random = createRandom(3);
    const values = () => Float64Array.from({ length: width * height }, () => random.uniform(-1, 1));
    const [a, b] = [values(), values()];
    const plane = { real: Float64Array.from(a), imaginary: Float64Array.from(b), width, height };
    fourierTransform(plane);
    for (let v = 0; v < height; v++) {
      for (let u = 0; u < width; u++) {
        let [real, imaginary] = [0, 0];
        for (let i = 0; i < a.length; i++) {
          const angle = -2 * Math.PI * ((u * (i % width)) / width + (v * Math.floor(i / width)) / height);
          real += a[i]! * Math.cos(angle) - b[i]! * Math.sin(angle);
          imaginary += a[i]! * Math.sin(angle) + b[i]! * Math.cos(angle);
        }
        expect(plane.real[v * width + u]).toBeCloseTo(real, 11);
        expect(plane.imaginary[v * width + u]).toBeCloseTo(imaginary, 11);
      }
    }
    inverseFourierTransform(plane);
    for (let i = 0; i < a.length; i++) {
      expect(plane.real[i]).toBeCloseTo(a[i]!, 12);
      expect(plane.imaginary[i]).toBeCloseTo(b[i]!, 12);
    }
  });
});
