import { Command } from '@commander-js/extra-typings';
import { masksCommand } from '../src/command.js';

await new Command('vosvfi').addCommand(masksCommand()).parseAsync();
