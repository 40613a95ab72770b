import { Command } from '@commander-js/extra-typings';
import { segmentCommand } from '../src/command.js';

await new Command('vosvfi').addCommand(segmentCommand()).parseAsync();
