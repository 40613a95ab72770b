import { Presets, SingleBar } from 'cli-progress';

/** One bar after the other on a stream, each with the time that is left; lines of text go between. */
export interface ProgressBar {
  show(stage: string, unit: string, done: number, total: number): void;
  line(text: string): void;
  stop(): void;
}

/** Shows progress on a stream. */
export function createProgressBar(stream: NodeJS.WriteStream): ProgressBar {
  let bar: SingleBar | undefined;
  let current = '';
  const stop = () => {
    bar?.stop();
    bar = undefined;
  };
  const start = (stage: string, unit: string, total: number) => {
    bar = new SingleBar(
      {
        stream,
        format: `${stage} {bar} {value}/{total} ${unit}, {eta_formatted} left`,
        ...{ etaBuffer: 100, hideCursor: true },
        // Where a line cannot be rewritten, one now and then.
        ...{ noTTYOutput: true, notTTYSchedule: 10_000 },
      },
      Presets.shades_classic,
    );
    bar.start(total, 0);
  };
  return {
    show(stage, unit, done, total) {
      if (stage !== current) stop();
      current = stage;
      if (!bar) start(stage, unit, total);
      bar!.setTotal(total);
      bar!.update(done);
    },
    line(text) {
      stop();
      stream.write(`${text}\n`);
    },
    stop,
  };
}
