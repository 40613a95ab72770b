import { describe, expect, it } from 'vitest';
import { countParameters, findModel, listModels } from './index.js';

describe('registry', () => {
  it.each(listModels().map((entry) => [entry.id, entry] as const))(
    '%s loads and is what it says',
    async (id, entry) => {
      expect(findModel(id)).toBe(entry);
      const network = await entry.load();
      expect(network.id).toBe(id);
      expect(countParameters(network.parameters)).toBe(entry.parameterCount);
    },
  );

  it('lists what exists when asked for what does not', () => {
    expect(() => findModel('ifrnet_xl')).toThrow('Known: ifrnet_s, ifrnet, ifrnet_l, ');
  });
});
