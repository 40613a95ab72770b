// A program with nothing but the train command, for tests that start and kill processes.
import { Command } from '@commander-js/extra-typings';
import { VosvfiError } from '@vosvfi/core';
import { trainCommand } from '../src/index.js';

try {
  await new Command('test').addCommand(trainCommand()).parseAsync();
} catch (error) {
  if (!VosvfiError.isInstance(error)) throw error;
  process.stderr.write(`${error.name}: ${error.message}\n`);
  process.exitCode = 1;
}
