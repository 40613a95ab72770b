import { InvalidArgumentError } from '@commander-js/extra-typings';
import type { StcnTinyView } from '@vosvfi/vos/stcn';

/** @throws InvalidArgumentError unless `text` is a whole number from 1 on. */
export function positiveInteger(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('Expected a whole number from 1 on.');
  return value;
}

/** @throws InvalidArgumentError unless `text` is a number in (0, 1]. */
export function share(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value <= 1)) throw new InvalidArgumentError('Expected a number above 0, at most 1.');
  return value;
}

/** One view: `FILL[@LINES][m]`. */
const viewForm = /^(?<fill>[\d.]+)(?:@(?<lines>\d+))?(?<mirrored>m?)$/;

/** @throws InvalidArgumentError unless `text` is a list of views, each `FILL[@LINES][m]`. */
export function views(text: string): [StcnTinyView, ...StcnTinyView[]] {
  return text.split(',').map((item) => {
    const { fill, lines, mirrored } = viewForm.exec(item)?.groups ?? {};
    if (fill === undefined) throw new InvalidArgumentError(`Expected FILL[@LINES][m], found "${item}".`);
    return {
      fill: share(fill),
      ...(lines && { shortSide: positiveInteger(lines) }),
      isMirrored: mirrored === 'm',
    };
  }) as [StcnTinyView, ...StcnTinyView[]];
}
