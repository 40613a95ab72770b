import { describeEngine, type EngineId } from '@vosvfi/runtime';
import { packageVersion } from '../package-version.js';
import { createPictureFiles } from './picture-files.js';
import { createReportView } from './report-view.js';
import type { RunView, ViewOptions } from './run-view.js';
import { createSessionLog } from './session-log.js';
import { createTensorboardView } from './tensorboard-view.js';

/**
 * Everything that a person looks at in a run folder: `sessions.jsonl`, `pictures/`, TensorBoard's event files and
 * `report.html`. They are written beside the training; a place where that fails is told of once.
 */
export async function openViews(options: ViewOptions & { readonly engine: EngineId }): Promise<RunView> {
  const sources = [
    createSessionLog(options, await describeEngine(options.engine), await packageVersion()),
    createPictureFiles(options),
    createTensorboardView(options),
  ];
  const idle = async (): Promise<void> => {
    await Promise.all(sources.map((view) => view.idle()));
  };
  const report = createReportView(options, idle);
  return {
    event: (event) => {
      for (const view of [...sources, report]) view.event(event);
    },
    idle: async () => {
      await idle();
      await report.idle();
    },
    end: async (end) => {
      for (const view of sources) await view.end(end);
      await report.end(end);
    },
  };
}
