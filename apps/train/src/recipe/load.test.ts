import { readFile } from 'node:fs/promises';
import { ConfigError } from '@vosvfi/core';
import { describe, expect, it } from 'vitest';
import { recipesFolder } from '../recipes-folder.js';
import { listRecipes, loadRecipe, parseRecipe } from './load.js';

const text = await readFile(new URL('synthetic_small.yaml', recipesFolder), 'utf8');

function problem(recipeText: string, overrides: string[] = []): string {
  try {
    parseRecipe(recipeText, 'my.yaml', overrides);
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return (error as Error).message;
  }
  throw new Error('The recipe was accepted.');
}

describe('recipes', () => {
  it('all that ship are valid', async () => {
    const names = await listRecipes();
    expect(names).toContain('ifrnet_vimeo90k');
    for (const name of names) expect((await loadRecipe(name)).name).toBe(name);
  });

  it('the VOS-aware small recipe is the plain one but for the terms', async () => {
    const { recipe: plain } = await loadRecipe('synthetic_small');
    const { recipe: aware } = await loadRecipe('synthetic_small_vos');
    expect({ ...aware, objective: plain.objective }).toEqual(plain);
    expect(aware.objective).toMatchObject({ vos: { enabled: true, lambda1: 0.1, lambda2: 0.1 } });
  });

  it('fills in defaults, so that a run folder holds everything that decides a run', () => {
    const recipe = parseRecipe(text, 'my.yaml');
    expect(recipe.optimizer).toEqual({ kind: 'adamw', beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0 });
    expect(recipe.dataset).toMatchObject({ t: 0.5, scene: { thin: 0.15, still: 0.1 } });
    expect(parseRecipe(JSON.stringify(recipe), 'resolved.yaml')).toEqual(recipe);
  });

  it('gives VOS-aware terms the weights of their mode', async () => {
    const vos = async (...overrides: string[]) => {
      const { objective } = (await loadRecipe('synthetic_small_vos', overrides)).recipe;
      if (objective.kind !== 'ifrnet') throw new Error('The recipe has another objective.');
      return objective.vos;
    };
    expect(await vos('objective.vos={}')).toMatchObject({ mode: 'paper', terms: 'both', lambda1: 0.1, lambda2: 0.1 });
    expect(await vos('objective.vos={mode: released}')).toMatchObject({ lambda1: 1, lambda2: 1, channels: 'rgb' });
    expect(await vos('objective.vos={mode: released, lambda1: 0.5}')).toMatchObject({ lambda1: 0.5, lambda2: 1 });
  });

  it('names the segmenters that exist, and options that the mode excludes', () => {
    const unknown = problem(text, ['objective.vos.segmenter.model=siammask']);
    expect(unknown).toContain('objective.vos.segmenter.model: expected');
    expect(unknown).toContain('or "stcn_tiny", found "siammask".');
    expect(problem(text, ['objective.vos.channels=bgr'])).toContain('the mode is not "released"');
    expect(problem(text, ['objective.vos={mode: released, consistency: symmetric}'])).toContain('expected "detached"');
  });

  it('has a mode for segmenters of single frames, which excludes what belongs to objects', () => {
    const frames = (fields: string) =>
      `objective.vos={mode: frames, segmenter: {model: deeplabv3_resnet101, weights: a.pth}${fields}}`;
    const recipe = parseRecipe(text, 'my.yaml', [frames('')]);
    expect(recipe.objective).toMatchObject({ vos: { terms: 'segmentation', lambda1: 0.1, lambda2: 0 } });
    expect(parseRecipe(JSON.stringify(recipe), 'resolved.yaml')).toEqual(recipe);
    for (const [fields, message] of [
      [', terms: both', 'objective.vos.terms: expected "segmentation" or "none", because the mode is "frames"'],
      [', lambda2: 0.1', 'objective.vos.lambda2: expected nothing'],
      [', consistency: symmetric', 'objective.vos.consistency: expected "detached"'],
      [', channels: bgr', 'objective.vos.channels: expected "rgb"'],
    ] as const) {
      expect(problem(text, [frames(fields)])).toContain(message);
    }
    expect(problem(text, ['objective.vos={mode: frames}'])).toContain(
      'objective.vos.segmenter.model: expected a segmenter of single frames (deeplabv3_resnet50, deeplabv3_resnet101)',
    );
    expect(problem(text, ['objective.vos.segmenter={model: deeplabv3_resnet50, weights: a.pth}'])).toContain(
      'expected a segmenter that follows objects',
    );
    expect(problem(text, ['objective.vos.target=hard'])).toContain('objective.vos.target: expected nothing');
  });

  it('takes overrides with YAML types, the later one wins', () => {
    const recipe = parseRecipe(text, 'my.yaml', [
      'steps=50',
      'steps=70',
      'optimizer={kind: sgd, momentum: 0.5}',
      'objective.vos.segmenter.weights=a=b.safetensors',
      'dataset.scene.objects=[1, 2]',
    ]);
    expect(recipe.steps).toBe(70);
    expect(recipe.optimizer).toMatchObject({ kind: 'sgd', momentum: 0.5 });
    expect(recipe.objective).toMatchObject({ vos: { segmenter: { weights: 'a=b.safetensors' } } });
    expect(recipe.dataset).toMatchObject({ scene: { objects: [1, 2] } });
  });

  it('names an unknown key with its place and the nearest known one', () => {
    const wrong = text.replace('warmUp: 20', 'warmup: 20');
    const line = wrong.split('\n').findIndex((one) => one.includes('warmup')) + 1;
    const message = problem(wrong);
    expect(message).toContain(`my.yaml:${line}:`);
    expect(message).toContain(
      'schedule.warmup: unknown key. Did you mean "warmUp"? Known here: kind, start, end, warmUp.',
    );
    expect(problem(`${text}\nstep: 3`)).toContain('step: unknown key. Did you mean "steps"?');
  });

  it('names what was expected and found', () => {
    expect(problem(text.replace('batchSize: 4', 'batchSize: four'))).toMatch(
      /my\.yaml:4:12: batchSize: expected (number|int), found "four"/,
    );
    expect(problem(text, ['optimizer.kind=adamw2'])).toBe(
      '--set optimizer.kind: optimizer.kind: expected "adamw" or "adam" or "adamax" or "sgd", found "adamw2". Did you mean "adamw"?',
    );
    expect(problem(text, ['engine=gpu'])).toContain('engine: expected "graph" or "graph-webgpu" or');
    expect(problem(text, ['accumulate=3'])).toContain('accumulate: expected a divisor of batchSize, which is 4');
    expect(problem(text, ['dataset.t=1.5'])).toContain('dataset.t: ');
    expect(problem(text, ['steps=null'])).toContain('--set steps: steps: expected number, found null.');
    expect(problem(text, ['steps=10', 'schedule.warmUp=10'])).toContain("expected fewer than the run's 10 steps");
  });

  it('reports every problem at once', () => {
    const message = problem('steps: 0\nfoo: 1\n');
    for (const field of ['steps', 'foo', 'batchSize', 'network', 'dataset', 'objective', 'optimizer', 'schedule']) {
      expect(message).toContain(`${field}: `);
    }
  });

  it('names fields that exclude each other', () => {
    for (const field of ['earlyStop={metric: psnr, patience: 2}', 'keepBest={metric: psnr}']) {
      const [name] = field.split('=');
      expect(problem(text.replace(/^validation:.*\n/m, ''), [field])).toContain(
        `validation: expected one, because ${name} watches`,
      );
    }
    expect(problem(text, ['objective={kind: stcn}'])).toContain('expected "ifrnet" for network "ifrnet_custom"');
    expect(problem(text, ['dataset={kind: triplets, folder: x}'])).toContain('validation.dataset: expected a data set');
  });

  it('gives line and column of broken YAML, and of a repeated key', () => {
    expect(problem('steps: [1\nseed: 0\n')).toMatch(/^my\.yaml:\d+:\d+: is not valid YAML/);
    expect(problem('steps: 1\nsteps: 2\n')).toMatch(/^my\.yaml:2:1: is not valid YAML: .*unique/);
    expect(problem('')).toContain('steps: expected number, found nothing.');
    expect(problem('- 1\n')).toContain('recipe: expected object');
  });

  it('explains a malformed override', () => {
    expect(problem(text, ['steps'])).toBe('--set: expected key.path=value, found "steps".');
    expect(problem(text, ['a..b=1'])).toContain('--set');
    expect(problem(text, ['steps=[1'])).toContain('--set steps: the value is not valid YAML');
    expect(problem(text, ['__proto__.x=1'])).toContain('__proto__: unknown key');
  });

  it('lists the names that exist', async () => {
    await expect(loadRecipe('synthetic')).rejects.toThrow(/"synthetic".*synthetic_small/);
    await expect(loadRecipe('./none.yaml')).rejects.toThrow(/none\.yaml: the recipe cannot be read \(ENOENT\)/);
  });
});
