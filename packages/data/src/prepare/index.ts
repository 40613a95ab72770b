export { type PrepareEvent, type PrepareOptions, prepareTriplets } from './prepare.js';
export type { MotionBucket, PrepareReport, SourceReport } from './report.js';
export {
  type PrepareSettings,
  type PrepareSettingsInput,
  parsePrepareSettings,
  prepareSettingsSchema,
} from './settings.js';
