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

/** The points of a curve over steps, over hours instead. Points of steps whose time is not known are left out. */
export function overHours(points: readonly Point[], times: readonly Point[]): Point[] {
  const hours = new Map(times.map(([step, seconds]) => [step, seconds / 3600]));
  return points.flatMap(([step, value]) => {
    const hour = hours.get(step);
    return hour === undefined ? [] : [[hour, value] as const];
  });
}

/** Seconds of all sessions together, what was repeated included. */
export function totalSeconds(sessions: readonly Session[]): number {
  return sessions.reduce((sum, { pace }) => sum + (pace.at(-1)?.seconds ?? 0), 0);
}
