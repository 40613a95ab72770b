import { readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { loadStudy } from './load.js';

const folder = fileURLToPath(new URL('../../studies/', import.meta.url));
const files = await readdir(folder);

describe('studies of this project', () => {
  it('are there', () => expect(files.length).toBeGreaterThan(0));

  it.each(files)(
    '%s is valid and compares with and without the VOS-aware terms, with three seeds or more',
    async (file) => {
      const { study, recipes } = await loadStudy(folder + file);
      expect(study.seeds.length).toBeGreaterThanOrEqual(3);
      const aware = [...recipes.values()].map(({ objective }) => 'vos' in objective && objective.vos !== undefined);
      expect(new Set(aware)).toEqual(new Set([true, false]));
    },
  );
});
