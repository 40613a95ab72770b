import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CheckpointError, createRandom, type Frame, MediaError, ShapeError } from '@vosvfi/core';
import { describe, expect, it } from 'vitest';
import { fixturePath, readFixtureFrame, readFixtureJson } from '../../test/support/fixtures.js';
import { logGamma } from './gamma-function.js';
import { niqeLuma } from './luma.js';
import { fitNiqeModel, readNiqeModel } from './model.js';
import { niqe, niqeUnlessFlat } from './niqe.js';
import { indexUnlessFlat, perceptualIndex } from './perceptual-index.js';
import { pseudoInverseForm, symmetricEigen } from './symmetric-eigen.js';

const pristine = fixturePath('niqe/niqe_pristine.safetensors');

describe('NIQE', () => {
  const expected = readFixtureJson<Record<string, number>>('niqe/expected.json');

  it.each(Object.keys(expected))('of %s is that of the reference', async (file) => {
    const score = niqe(readFixtureFrame(`niqe/${file}`), await readNiqeModel(pristine));
    expect(Math.abs(score / expected[file]! - 1)).toBeLessThan(1e-9);
  });

  it('rates a picture against a model made from it lower than its noisy copy', async () => {
    const picture = readFixtureFrame('niqe/b_ghost.png');
    const random = createRandom(3);
    const noisy = { ...picture, data: picture.data.map((value) => value + random.integer(-20, 20)) };
    const model = await fitNiqeModel([picture], { sharpness: 0 });
    expect(model.mean.length).toBe(36);
    expect(model.covariance.length).toBe(36 * 36);
    expect(niqe(picture, model)).toBeLessThan(1e-3);
    expect(niqe(noisy, model)).toBeGreaterThan(1);
  });

  it('of black blocks, a single block and clipped colours is that of the reference too', async () => {
    const model = await readNiqeModel(pristine);
    const picture = readFixtureFrame('niqe/b_ghost.png');
    const close = (score: number, reference: number) => expect(Math.abs(score / reference - 1)).toBeLessThan(1e-9);
    const blackTop = { ...picture, data: Uint8Array.from(picture.data).fill(0, 0, 96 * 300 * 3) };
    close(niqe(blackTop, model), 22.84366772424937);
    const corner = Uint8Array.from({ length: 100 * 120 * 3 }, (_, i) => {
      return picture.data[Math.floor(i / 360) * 900 + (i % 360)]!;
    });
    close(niqe({ data: corner, width: 120, height: 100 }, model), 13.315047372065525);
    close(niqe(picture, model, { luma: 'bt601', border: 4 }), 7.790604281981953);
    const clipped = {
      ...picture,
      data: Uint8Array.from(picture.data, (value) => Math.min(255, Math.floor((17 * value) / 10))),
    };
    close(niqe(clipped, model, { luma: 'bt601' }), 8.177419643390776);
  });

  it('rounds studio luma as MATLAB does', () => {
    // 185.49999: BasicSR, which multiplies in another order, has 186.
    const colour = { data: Uint8Array.of(255, 184, 115), width: 1, height: 1 };
    expect([...niqeLuma(colour, 'bt601').data]).toEqual([185]);
    expect([...niqeLuma(colour, 'yiq').data]).toEqual([197]);
  });

  it('refuses pictures smaller than a block, flat pictures and ones that are not finite', async () => {
    const model = await readNiqeModel(pristine);
    const flat = (width: number, height: number): Frame => ({
      data: new Float32Array(width * height * 3).fill(0.5),
      width,
      height,
    });
    expect(() => niqe(flat(191, 95), model)).toThrow(/a block of 96x96 pixels, found none in 191x95/);
    expect(() => niqe(flat(200, 200), model)).toThrow(/a block of 96x96 pixels that is not flat/);
    // A black frame between two scenes is no reason to stop a benchmark; frames without room for a block are.
    expect(niqeUnlessFlat(flat(200, 200), model)).toBeNull();
    expect(() => niqeUnlessFlat(flat(191, 95), model)).toThrow(ShapeError);
    const unasked = () => Number.NaN;
    expect(await indexUnlessFlat(flat(208, 208), model, unasked)).toBeNull();
    const broken = flat(200, 200);
    broken.data[5] = Number.NaN;
    expect(() => niqe(broken, model)).toThrow(MediaError);
    await expect(fitNiqeModel([flat(200, 200)])).rejects.toThrow(ShapeError);
    await expect(fitNiqeModel([])).rejects.toThrow(ShapeError);
  });

  it('makes the perceptual index with a score of Ma et al.', async () => {
    const model = await readNiqeModel(pristine);
    const frame = readFixtureFrame('niqe/b_ghost.png');
    const own = niqe(frame, model, { luma: 'bt601', border: 4 });
    expect(own).not.toBe(niqe(frame, model, { luma: 'bt601' }));
    expect(perceptualIndex(frame, model, 7)).toBeCloseTo((3 + own) / 2, 12);
    expect(await indexUnlessFlat(frame, model, () => 7)).toBe(perceptualIndex(frame, model, 7));
    // Not cut off to 0..10.
    expect(perceptualIndex(frame, model, 10.5)).toBeCloseTo((own - 0.5) / 2, 12);
    expect(perceptualIndex(frame, model, -0.25)).toBeCloseTo((10.25 + own) / 2, 12);
    expect(() => perceptualIndex(frame, model, Number.NaN)).toThrow(/expected a finite number, found NaN/);
  });

  it('reads models in the names of the official file, and says what is wrong with others', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'niqe-'));
    const { mean, covariance } = await readNiqeModel(pristine);
    const rows = Array.from({ length: 36 }, (_, i) => [...covariance.subarray(36 * i, 36 * (i + 1))]);
    const file = join(dir, 'model.json');
    await writeFile(file, JSON.stringify({ mu_pris_param: [[...mean]], cov_pris_param: rows }));
    const read = await readNiqeModel(file);
    expect([...read.mean]).toEqual([...mean]);
    expect([...read.covariance]).toEqual([...covariance]);
    await writeFile(file, JSON.stringify({ mu_pris_param: [[1]] }));
    await expect(readNiqeModel(file)).rejects.toThrow(CheckpointError);
    await expect(readNiqeModel(fixturePath('lpips/lpips_heads.safetensors'))).rejects.toThrow(/has no tensor "mu"/);
    await rm(dir, { recursive: true });
  });
});

describe('its arithmetic', () => {
  it('logGamma is that of known values', () => {
    expect(logGamma(1)).toBeCloseTo(0, 14);
    expect(logGamma(0.5)).toBeCloseTo(Math.log(Math.sqrt(Math.PI)), 14);
    expect(logGamma(0.1)).toBeCloseTo(2.252712651734206, 13);
    expect(logGamma(15)).toBeCloseTo(Math.log(87178291200), 12);
  });

  it('eigenvectors rebuild the matrix, and a zero eigenvalue is left out of the inverse', () => {
    const matrix = Float64Array.of(4, 1, 0, 1, 3, 1, 0, 1, 2);
    const { values, vectors } = symmetricEigen(matrix, 3);
    for (let i = 0; i < 9; i++) {
      const [row, column] = [Math.floor(i / 3), i % 3];
      let sum = 0;
      for (let k = 0; k < 3; k++) sum += vectors[3 * row + k]! * values[k]! * vectors[3 * column + k]!;
      expect(sum).toBeCloseTo(matrix[i]!, 12);
    }
    expect(pseudoInverseForm(Float64Array.of(2, 0, 0, 0), Float64Array.of(4, 7))).toBeCloseTo(8, 12);
  });
});
