import { expect, it } from 'vitest';
import { engineFacts } from './engine-facts.js';

it('tries engines in processes of their own', async () => {
  const facts = await engineFacts({ engines: ['graph', 'cpu'], timeoutSeconds: 500 });
  expect(facts.map(({ engine, usable }) => [engine, usable])).toEqual([
    ['graph', true],
    ['cpu', true],
  ]);
  expect(facts[1]?.description).toMatchObject({ library: '@tensorflow/tfjs-backend-cpu', device: 'cpu', threads: 1 });
});

it('knows what to do about an engine that does not answer', async () => {
  const [fact] = await engineFacts({ engines: ['graph'], timeoutSeconds: 0.001 });
  expect(fact).toMatchObject({ engine: 'graph', usable: false, reason: 'It did not answer within 0.001 s.' });
  expect(fact?.remedy).toContain('npm install onnxruntime-node');
});
