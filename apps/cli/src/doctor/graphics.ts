import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** Name and driver of the NVIDIA card, since CUDA needs one; other cards are named by the engines that use them. */
export async function graphicsCard(program = 'nvidia-smi'): Promise<string> {
  try {
    const query = ['--query-gpu=name,driver_version', '--format=csv,noheader'];
    const { stdout } = await promisify(execFile)(program, query, { timeout: 5000 });
    return stdout
      .trim()
      .split('\n')
      .map((line) => `${line.replace(', ', ', driver ')}`)
      .join('; ');
  } catch {
    return 'no NVIDIA card found';
  }
}
