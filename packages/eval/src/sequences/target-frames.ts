/** Indices of the frames that are predicted: the odd ones that have a successor. With an even number of frames the last is not. */
export function targetFrames(frameCount: number): number[] {
  return Array.from({ length: Math.max(0, Math.floor((frameCount - 1) / 2)) }, (_, i) => 2 * i + 1);
}
