export { type Checkpoint, listCheckpoints, readCheckpoint, saveCheckpoint } from './checkpoint.js';
export type { MetricsRecord } from './metrics-log.js';
export { adam, adamW } from './optimizers/adam.js';
export { adamax } from './optimizers/adamax.js';
export type { AdamFamilyOptions } from './optimizers/moments.js';
export { type SgdOptions, sgd } from './optimizers/sgd.js';
export { openRunFolder, type RunFolder, type RunFolderOptions } from './run-folder.js';
export { constantSchedule, cosineSchedule, type Schedule, stepSchedule, withWarmUp } from './schedules.js';
export { type TrainEvent, type TrainOptions, type TrainSummary, train } from './train.js';
