export { type EvaluateStreams, evaluateCommand } from './command.js';
