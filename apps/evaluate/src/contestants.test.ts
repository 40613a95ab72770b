import { describe, expect, it } from 'vitest';
import { chooseModels } from './contestants.js';

describe('models of an evaluation', () => {
  it('are networks at several scales, with their own weights', async () => {
    const { models } = await chooseModels(['ifrnet_s', 'ifrnet_s@.50', 'coarse=ifrnet@0.25'], ['coarse=a.pth']);
    expect(models).toEqual([
      { id: 'ifrnet_s', who: { kind: 'network', model: 'ifrnet_s' } },
      { id: 'ifrnet_s@0.5', who: { kind: 'network', model: 'ifrnet_s', scale: 0.5 } },
      { id: 'coarse', who: { kind: 'network', model: 'ifrnet', scale: 0.25, weights: 'a.pth' } },
    ]);
  });

  it('are refused without a scale after the @, or one that is none', async () => {
    for (const text of ['ifrnet_s@', 'ifrnet_s@half', 'x=ifrnet_s@0', 'ifrnet_s@-1']) {
      await expect(chooseModels([text])).rejects.toThrow(/expected a scale after the @, such as ifrnet_s@0.5, found/);
    }
    await expect(chooseModels(['nowhere@0.5'])).rejects.toThrow(/no network, file or folder "nowhere@0.5"/);
  });
});
