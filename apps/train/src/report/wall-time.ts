import type { Point } from '@vosvfi/report';
import type { RunRecord, Session } from './read-run.js';

/** A step and the seconds that had been spent on training when it was done, over all sessions. */
export function wallTimes({ sessions }: RunRecord): Point[] {
  const times: Point[] = [];
  let before = 0;
  sessions.forEach(({ pace }, i) => {
    const repeatedFrom = sessions[i + 1]?.started.step ?? Number.POSITIVE_INFINITY;
    const kept = pace.filter(({ step }) => step <= repeatedFrom);
    for (const { step, seconds } of kept) times.push([step, before + seconds]);
    before = times.at(-1)?.[1] ?? before;
  });
  return times;
}

/** The points of a curve over steps, over seconds instead. Points of steps whose time is not known are left out. */
export function overTime(points: readonly Point[], times: readonly Point[]): Point[] {
  const secondsAt = new Map(times);
  return points.flatMap(([step, value]) => {
    const seconds = secondsAt.get(step);
    return seconds === undefined ? [] : [[seconds, value] as const];
  });
}

/** Seconds of all sessions together, what was repeated included. */
export function totalSeconds(sessions: readonly Session[]): number {
  return sessions.reduce((sum, { pace }) => sum + (pace.at(-1)?.seconds ?? 0), 0);
}
