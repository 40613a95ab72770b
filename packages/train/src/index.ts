export { type Checkpoint, listCheckpoints, readCheckpoint, saveCheckpoint } from './checkpoint.js';
export { createTrainControl, type TrainControl, type TrainRequest } from './control.js';
export { type Difference, firstDifference } from './difference.js';
export { type EmaOptions, withEma } from './ema.js';
export type { ProgressEvent, TrainEvent, Validation, ValidationPicture } from './events.js';
export type { MetricsRecord } from './metrics-log.js';
export { adam, adamW } from './optimizers/adam.js';
export { adamax } from './optimizers/adamax.js';
export type { AdamFamilyOptions } from './optimizers/moments.js';
export { type RunningAverageOptions, withRunningAverages } from './optimizers/running-averages.js';
export { type SgdOptions, sgd } from './optimizers/sgd.js';
export { openRunFolder, type RunFolder, type RunFolderOptions } from './run-folder.js';
export {
  constantSchedule,
  cosineSchedule,
  milestoneSchedule,
  type Schedule,
  stepSchedule,
  withWarmUp,
} from './schedules.js';
export { type TrainOptions, type TrainSummary, train } from './train.js';
export type { BestValidation, EarlyStop, MetricGoal, WatchOptions, WatchState } from './validation-watch.js';
