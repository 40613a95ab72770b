import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import { describe, expect, it } from 'vitest';
import { evaluateCommand } from './command.js';

const silent = { out: { write: () => true }, err: { write: () => true } };

function withChildren(command: CommandUnknownOpts): CommandUnknownOpts[] {
  return [command, ...command.commands.flatMap((child) => withChildren(child))];
}

describe('the help of vosvfi evaluate', () => {
  it('can be shown for every command, with the defaults of its options', () => {
    const pages = withChildren(evaluateCommand(silent)).map((command) => [command.name(), command.helpInformation()]);
    expect(pages.map(([name]) => name)).toEqual(
      expect.arrayContaining(['list', 'check', 'results', 'report', 'study', 'analyze']),
    );
    for (const [name, text] of pages) expect(text, name).toContain('Usage:');
    expect(Object.fromEntries(pages).study).toMatch(/--fps <rate>[^-]+\(default:\s+30\)/);
  });
});
