export { dataCommand } from './command.js';
