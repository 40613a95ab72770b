import { ConfigError, type Frame, type Interpolator, ShapeError } from '@vosvfi/core';

/** An interpolator without state, from a function of two frames of one size and a time. */
export function pairInterpolator(id: string, at: (frame0: Frame, frame1: Frame, t: number) => Frame): Interpolator {
  return {
    id,
    interpolate: async (frame0, frame1, times) => {
      if (frame0.width !== frame1.width || frame0.height !== frame1.height) {
        throw new ShapeError(
          'frame1',
          `the size of frame0, ${frame0.width}x${frame0.height}`,
          `${frame1.width}x${frame1.height}`,
        );
      }
      return times.map((t) => {
        if (!(t > 0 && t < 1)) throw new ConfigError('times', `expected times between 0 and 1, found ${t}.`);
        return at(frame0, frame1, t);
      });
    },
    dispose: async () => {},
  };
}
