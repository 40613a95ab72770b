import { type Interpolator, ShapeError } from '@vosvfi/core';
import { blendInterpolator } from '../../baselines/blend.js';
import { repeatInterpolator } from '../../baselines/repeat.js';
import type { Contestant } from '../contestant.js';

/** What an evaluation says about an interpolator. */
export type InterpolatorFacts = Pick<Contestant, 'id' | 'title' | 'kind' | 'facts'>;

/** Anything that makes frames from two others, such as a network. Disposing of it disposes of the interpolator. */
export function interpolatorContestant(interpolator: Interpolator, facts: InterpolatorFacts): Contestant {
  return {
    ...facts,
    open: async () => ({
      predict: async ({ t }, [frame0, frame1]) => {
        const [frame] = await interpolator.interpolate(frame0, frame1, [t]);
        if (frame === undefined) throw new ShapeError(`result of ${facts.id}`, 'one frame', 'none');
        return frame;
      },
      close: async () => {},
    }),
    dispose: () => interpolator.dispose(),
  };
}

/** Cross-fading of the two frames. */
export function blendContestant(): Contestant {
  const facts = { baseline: 'blend', version: 1 };
  return interpolatorContestant(blendInterpolator(), { id: 'blend', title: 'Blend', kind: 'baseline', facts });
}

/** The frame before, again. */
export function repeatContestant(): Contestant {
  const facts = { baseline: 'repeat', version: 1 };
  return interpolatorContestant(repeatInterpolator(), { id: 'repeat', title: 'Repeat', kind: 'baseline', facts });
}
