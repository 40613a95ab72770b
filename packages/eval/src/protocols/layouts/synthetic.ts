import { createSyntheticDataset, type SceneOptions, type SyntheticScene, sceneConfigSchema } from '@vosvfi/data';
import type { ItemSource, LayoutContent } from '../item-source.js';
import type { LayoutOf } from './layout.js';

/** Version of the pictures that a seed makes; rises when the renderer draws something else. */
const RENDERER = 1;

/**
 * Scenes that are drawn from seeds, the frames of each at equal distances from t = 0 to t = 1.
 * @throws ConfigError for settings that no scene has.
 */
export function readSynthetic(layout: LayoutOf<'synthetic'>): LayoutContent {
  const { seed, scenes, framesPerScene } = layout;
  const scene = sceneConfigSchema.parse(layout.scene) as SceneOptions;
  const dataset = createSyntheticDataset({ seed, length: scenes, scene });
  const sources = Array.from({ length: scenes }, (_, index): ItemSource => {
    let opened: Promise<SyntheticScene> | undefined;
    const render = async (frame: number) => {
      opened ??= dataset.scene(index);
      return (await opened).render(frame / (framesPerScene - 1));
    };
    return {
      id: `scene-${String(index).padStart(3, '0')}`,
      frameCount: framesPerScene,
      hasAllMasks: true,
      frameName: (frame) => String(frame).padStart(5, '0'),
      frame: async (frame) => (await render(frame)).frame,
      mask: async (frame) => (await render(frame)).labels,
      inspect: async () => ({ width: scene.width, height: scene.height, problems: [] }),
      addTo: async (hash) => {
        hash.update(JSON.stringify({ renderer: RENDERER, seed, index, framesPerScene, scene }));
      },
    };
  });
  return { sources, problems: [] };
}
