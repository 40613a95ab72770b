export { interruptible } from './interruption.js';
export { createProgressBar, type ProgressBar } from './progress-bar.js';
