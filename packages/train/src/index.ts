export { adam, adamW } from './optimizers/adam.js';
export { adamax } from './optimizers/adamax.js';
export type { AdamFamilyOptions } from './optimizers/moments.js';
export { type SgdOptions, sgd } from './optimizers/sgd.js';
export { constantSchedule, cosineSchedule, type Schedule, stepSchedule, withWarmUp } from './schedules.js';
