import { Command } from '@commander-js/extra-typings';
import { interpolateCommand } from '../src/command.js';

await new Command('vosvfi').addCommand(interpolateCommand()).parseAsync();
