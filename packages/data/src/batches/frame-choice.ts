import { ConfigError, type Random } from '@vosvfi/core';

/** Positions of the first, the middle and the last frame of a sample in a run of frames. */
export type FrameChoice = readonly [number, number, number];

/** Which three frames of a run may be a sample. */
export interface ChoiceRules {
  /**
   * `uniform`: any frame between the first and the last is the middle one, at the time where it lies; 0.5: the frame
   * halfway.
   */
  readonly t: 0.5 | 'uniform';
  /** Fewest and most frames from the first to the last; with t 0.5 only even numbers count. */
  readonly span: readonly [number, number];
}

/** @throws ConfigError if no span is left. */
export function checkRules({ t, span: [least, most] }: ChoiceRules): void {
  const isOrdered = Number.isInteger(least) && Number.isInteger(most) && least >= 2 && least <= most;
  if (!isOrdered) {
    throw new ConfigError('span', `expected [smallest, largest], whole numbers from 2 on, found [${least}, ${most}].`);
  }
  if (t === 0.5 && least === most && least % 2 === 1) {
    throw new ConfigError('span', `expected an even number for t 0.5, found ${least}: no frame is halfway.`);
  }
}

/** All choices that the rules allow out of `length` frames, in a fixed order. */
export function allowedChoices(length: number, { t, span: [least, most] }: ChoiceRules): FrameChoice[] {
  const choices: FrameChoice[] = [];
  for (let span = least; span <= Math.min(most, length - 1); span++) {
    for (let first = 0; first + span < length; first++) {
      if (t === 'uniform') for (let k = 1; k < span; k++) choices.push([first, first + k, first + span]);
      else if (span % 2 === 0) choices.push([first, first + span / 2, first + span]);
    }
  }
  return choices;
}

/** One of the choices, each as likely as the others. */
export function drawChoice(choices: readonly FrameChoice[], random: Random): FrameChoice {
  return choices[random.integer(0, choices.length - 1)]!;
}
