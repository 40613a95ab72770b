import { Command } from '@commander-js/extra-typings';
import { dataCommand } from '../src/command.js';

await new Command('vosvfi').addCommand(dataCommand()).parseAsync();
