import { spawn } from 'node:child_process';

/**
 * Runs a program with the terminal of this one.
 * @throws Error naming the program, if it does not end well.
 */
export function runProgram(
  program: string,
  parameters: readonly string[],
  options: { readonly cwd: string; readonly env?: NodeJS.ProcessEnv },
): Promise<void> {
  console.log(`> ${[program, ...parameters].join(' ')}`);
  return new Promise((resolve, reject) => {
    const child = spawn(program, parameters, { stdio: 'inherit', ...options });
    child.on('error', reject);
    child.on('close', (status) => {
      if (status === 0) resolve();
      else reject(new Error(`${program} ended with status ${status}.`));
    });
  });
}
