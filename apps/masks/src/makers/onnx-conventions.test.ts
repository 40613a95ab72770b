import { hostTensor } from '@vosvfi/core';
import type { OnnxPort } from '@vosvfi/runtime';
import { describe, expect, it } from 'vitest';
import { onnxSettingsSchema } from '../settings.js';
import { inputConvention, outputName } from './onnx-conventions.js';
import { labelsOf } from './onnx-result.js';

const port = (shape: (number | null)[], type = 'float32', name = 'x'): OnnxPort => ({ name, type, shape });
const input = (shape: (number | null)[], options: object, type?: string) =>
  inputConvention([port(shape, type)], onnxSettingsSchema.parse(options));

describe('inputConvention', () => {
  it('reads what the file says', () => {
    const unit = { normalize: 'unit' };
    expect(input([1, 3, 32, 64], unit)).toEqual({
      ...{ name: 'x', layout: 'nchw', normalize: 'unit', size: { width: 64, height: 32 } },
    });
    expect(input([null, null, null, 3], {}, 'uint8')).toMatchObject({
      layout: 'nhwc',
      normalize: 'bytes',
      size: undefined,
    });
    expect(input([null, 3, null, null], { ...unit, inputSize: { width: 8, height: 6 } }).size).toEqual({
      width: 8,
      height: 6,
    });
  });

  it('asks for what it does not', () => {
    expect(() => input([1, 3, null, null], {})).toThrow(/^--normalize: .*"x" \(float32, \[1, 3, \?, \?\]\)/);
    expect(() => input([1, null, null, null], { normalize: 'unit' })).toThrow(/^--layout/);
    expect(() => input([1, 3, 32, 3], { normalize: 'unit' })).toThrow(/^--layout/);
    expect(() => input([4, 3, 8, 8], { normalize: 'unit' })).toThrow(/one frame of three channels/);
    expect(() => input([1, 3, 8], {})).toThrow(/one input of four axes/);
    const other = { normalize: 'unit', inputSize: { width: 9, height: 8 } };
    expect(() => input([1, 3, 8, 8], other)).toThrow('--input-size: the model takes 8x8 only, found 9x8.');
    expect(() => input([1, 3, 8, 8], { normalize: 'unit' }, 'uint8')).toThrow(/impossible/);
  });

  it('finds the output', () => {
    const outputs = [port([1, 21, 8, 8], 'float32', 'out'), port([1, 21, 8, 8], 'float32', 'aux')];
    const settings = (options: object) => onnxSettingsSchema.parse(options);
    expect(outputName(outputs.slice(0, 1), settings({}))).toBe('out');
    expect(outputName(outputs, settings({ outputName: 'aux' }))).toBe('aux');
    expect(() => outputName(outputs, settings({}))).toThrow(/^--output-name: the model has "out"/);
    expect(() => outputName(outputs, settings({ outputName: 'no' }))).toThrow(/there is no "no"/);
  });
});

describe('labelsOf', () => {
  const values = (shape: number[], ...data: number[]) => hostTensor(Float32Array.from(data), shape);
  it('takes the largest class, channels first or last', () => {
    const first = values([1, 2, 2, 3], 5, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, -1);
    expect(labelsOf(first, 'auto')).toEqual({ width: 3, height: 2, data: Uint8Array.of(0, 1, 1, 1, 1, 0) });
    const last = values([1, 3, 4, 2], ...Array.from({ length: 12 }, (_, i) => [0, i === 5 ? 1 : -1]).flat());
    expect(labelsOf(last, 'auto').data.indexOf(1)).toBe(5);
    expect(labelsOf(last, 'auto')).toMatchObject({ width: 4, height: 3 });
  });

  it('reads one channel as it is told', () => {
    const one = values([1, 1, 2, 2], 0.2, 0.7, -3, 4);
    expect([...labelsOf(one, 'probability').data]).toEqual([0, 1, 0, 1]);
    expect([...labelsOf(one, 'logits').data]).toEqual([1, 1, 0, 1]);
    expect(() => labelsOf(one, 'auto')).toThrow(/^--scores/);
  });

  it('reads labels, and refuses others', () => {
    const labels = (...data: number[]) => ({ data: Int32Array.from(data), shape: [1, 2, 2], dtype: 'int32' }) as const;
    expect([...labelsOf(labels(0, 15, 255, 1), 'auto').data]).toEqual([0, 15, 255, 1]);
    expect(() => labelsOf(labels(0, 300, 0, 0), 'auto')).toThrow(/labels from 0 to 255, found 300/);
  });
});
