import { ConfigError } from '@vosvfi/core';
import type { OnnxPort } from '@vosvfi/runtime';
import type { OnnxSettings } from '../settings.js';

/** How frames go into a model. */
export interface InputConvention {
  readonly name: string;
  readonly layout: 'nchw' | 'nhwc';
  /** Absent: the frame's own. */
  readonly size: { readonly width: number; readonly height: number } | undefined;
  readonly normalize: Exclude<OnnxSettings['normalize'], 'auto'>;
}

const shown = ({ name, shape, type }: OnnxPort) => `"${name}" (${type}, [${shape.map((n) => n ?? '?').join(', ')}])`;
const listed = (ports: readonly OnnxPort[]) => ports.map(shown).join(', ') || 'none';

function layoutOf(port: OnnxPort, wanted: OnnxSettings['layout']): 'nchw' | 'nhwc' {
  const [, second, , fourth] = port.shape;
  if (wanted !== 'auto') return wanted;
  const isFirst = second === 3;
  const isLast = fourth === 3;
  if (isFirst === isLast) {
    throw new ConfigError('--layout', `cannot be told from the input ${shown(port)}; give nchw or nhwc.`);
  }
  return isFirst ? 'nchw' : 'nhwc';
}

function normalizationOf(port: OnnxPort, wanted: OnnxSettings['normalize']): InputConvention['normalize'] {
  if (port.type === 'uint8') {
    if (wanted === 'auto' || wanted === 'bytes') return 'bytes';
    throw new ConfigError('--normalize', `the input ${shown(port)} takes bytes, so that "${wanted}" is impossible.`);
  }
  if (wanted === 'auto') {
    throw new ConfigError('--normalize', `a file does not say in what range its input ${shown(port)} is.`, {
      hint: 'Give imagenet, unit (0 to 1), symmetric (-1 to 1) or bytes (0 to 255).',
    });
  }
  return wanted;
}

/**
 * How frames go into a model: one input of rank 4, three channels, float32 or uint8.
 * @throws ConfigError naming the option that says what the file does not.
 */
export function inputConvention(inputs: readonly OnnxPort[], settings: OnnxSettings): InputConvention {
  const [port] = inputs;
  if (!port || inputs.length > 1 || port.shape.length !== 4 || !['float32', 'uint8'].includes(port.type)) {
    const expected = 'expected one input of four axes, float32 or uint8';
    throw new ConfigError('--model', `${expected}, found ${listed(inputs)}.`);
  }
  const layout = layoutOf(port, settings.layout);
  const [batch, ...rest] = port.shape;
  const [channels, height, width] = layout === 'nchw' ? rest : [rest[2], rest[0], rest[1]];
  if ((batch ?? 1) !== 1 || (channels ?? 3) !== 3) {
    throw new ConfigError('--model', `expected one frame of three channels at a time, found the input ${shown(port)}.`);
  }
  const fixed = height && width ? { width, height } : undefined;
  const { inputSize } = settings;
  if (inputSize !== 'auto' && fixed && (fixed.width !== inputSize.width || fixed.height !== inputSize.height)) {
    const found = `${inputSize.width}x${inputSize.height}`;
    throw new ConfigError('--input-size', `the model takes ${fixed.width}x${fixed.height} only, found ${found}.`);
  }
  const size = inputSize === 'auto' ? fixed : inputSize;
  return { name: port.name, layout, size, normalize: normalizationOf(port, settings.normalize) };
}

/** The output that holds the result. @throws ConfigError if that is not certain. */
export function outputName(outputs: readonly OnnxPort[], settings: OnnxSettings): string {
  const names = outputs.map(({ name }) => name);
  if (settings.outputName === 'auto') {
    if (names.length === 1) return names[0]!;
    throw new ConfigError('--output-name', `the model has ${listed(outputs)}; name one.`);
  }
  if (names.includes(settings.outputName)) return settings.outputName;
  throw new ConfigError('--output-name', `there is no "${settings.outputName}"; the model has ${listed(outputs)}.`);
}
