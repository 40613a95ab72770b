export { masksCommand } from './command.js';
