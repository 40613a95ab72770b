import { Command } from '@commander-js/extra-typings';
import { obeySignalRequest } from '@vosvfi/testing/signal-itself';
import { dataCommand } from '../src/command.js';

obeySignalRequest();
await new Command('vosvfi').addCommand(dataCommand()).parseAsync();
