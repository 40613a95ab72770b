import { ConfigError } from '@vosvfi/core';
import { vocClasses } from '@vosvfi/vos/deeplabv3';

/** Classes of Pascal VOC that move, or are moved, in ordinary footage. */
const movable: readonly string[] = [
  ...[
    'aeroplane',
    'bicycle',
    'bird',
    'boat',
    'bus',
    'car',
    'cat',
    'cow',
    'dog',
    'horse',
    'motorbike',
    'person',
    'sheep',
  ],
  'train',
];

/**
 * Labels of a list such as `person,car`, `movable`, `all` or `1,15`.
 * @param names names of the model's labels by index; none for a model of the user's, whose labels are numbers only.
 * @returns `null` for all.
 * @throws ConfigError for an unknown name.
 */
export function parseClasses(text: string, names: readonly string[] | undefined): number[] | null {
  if (text === 'all') return null;
  const labels = text.split(',').flatMap((word) => {
    const name = word.trim();
    if (/^\d{1,3}$/.test(name)) return [Number(name)];
    if (!names) {
      throw new ConfigError('--classes', `"${name}": labels of an ONNX model are given by number, such as 1,15.`);
    }
    if (name === 'movable') return movable.map((one) => names.indexOf(one));
    const label = names.indexOf(name);
    if (label < 1) {
      throw new ConfigError('--classes', `there is no class "${name}".`, {
        hint: `There are all, movable, ${names.slice(1).join(', ')}.`,
      });
    }
    return [label];
  });
  const wrong = labels.find((label) => label < 1 || label > 255);
  if (wrong !== undefined) throw new ConfigError('--classes', `expected labels from 1 to 255, found ${wrong}.`);
  return [...new Set(labels)].sort((a, b) => a - b);
}

/** Names of the labels of DeepLabV3's presets. */
export const deeplabClasses: readonly string[] = vocClasses;
