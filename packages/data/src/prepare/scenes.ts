import { type FrameSignature, frameDifference } from '../video/scene-cut.js';

/** A part of a source without a cut. */
export interface Scene {
  /** Index of its first and last frame. */
  readonly first: number;
  readonly last: number;
  /**
   * The first scene of the source that shows the same: cutting back and forth between two views makes many scenes of two
   * groups, and a group is never divided between training and test.
   */
  readonly group: number;
}

/** Most difference of two scenes of a group; less than half of what neighbours across a cut have. */
const SAME_VIEW = 0.15;

/** Collects the scenes of a source, in order. */
export function createSceneList(cutThreshold: number) {
  const scenes: { first: number; last: number; group: number }[] = [];
  const ends: { start: FrameSignature; end: FrameSignature }[] = [];
  const findGroup = (signature: FrameSignature) => {
    const alike = ends.findIndex(
      ({ start, end }) => Math.min(frameDifference(start, signature), frameDifference(end, signature)) < SAME_VIEW,
    );
    return alike < 0 ? scenes.length : scenes[alike]!.group;
  };
  return {
    scenes: scenes as readonly Scene[],
    /** Takes the next frame; gives the index of its scene. */
    add(index: number, signature: FrameSignature): number {
      const current = ends.at(-1);
      if (current === undefined || frameDifference(current.end, signature) >= cutThreshold) {
        scenes.push({ first: index, last: index, group: findGroup(signature) });
        ends.push({ start: signature, end: signature });
      } else {
        scenes.at(-1)!.last = index;
        current.end = signature;
      }
      return scenes.length - 1;
    },
  };
}
