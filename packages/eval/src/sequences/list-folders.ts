import { readdir } from 'node:fs/promises';
import { compareNatural } from '@vosvfi/data';

/** Names of the folders in `folder`, in natural order, hidden ones left out; null if it is no folder. */
export async function listFolders(folder: string): Promise<string[] | null> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries
      .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
      .map((entry) => entry.name)
      .sort(compareNatural);
  } catch {
    return null;
  }
}
