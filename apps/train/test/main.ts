// A program with nothing but the train command, for tests that start and kill processes.
import { Command } from '@commander-js/extra-typings';
import { VosvfiError } from '@vosvfi/core';
import { obeySignalRequest } from '@vosvfi/testing/signal-itself';
import { trainCommand } from '../src/index.js';

obeySignalRequest();
try {
  await new Command('test').addCommand(trainCommand()).parseAsync();
} catch (error) {
  if (!VosvfiError.isInstance(error)) throw error;
  process.stderr.write(`${error.name}: ${error.message}\n`);
  process.exitCode = 1;
}
