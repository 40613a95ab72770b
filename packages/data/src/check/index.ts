export { type CheckOptions, type CheckReport, checkTriplets, writeCleanLists } from './check.js';
export { type Finding, type FindingCode, findingCodes } from './finding.js';
export type { Lists } from './lists.js';
