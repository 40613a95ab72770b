import { ConfigError } from '@vosvfi/core';
import { expect, it } from 'vitest';
import { deeplabClasses, parseClasses } from './classes.js';

it('reads lists of classes', () => {
  expect(parseClasses('all', deeplabClasses)).toBeNull();
  expect(parseClasses('person, car,15', deeplabClasses)).toEqual([7, 15]);
  expect(parseClasses('movable', deeplabClasses)).toEqual([1, 2, 3, 4, 6, 7, 8, 10, 12, 13, 14, 15, 17, 19]);
  expect(parseClasses('1,3', undefined)).toEqual([1, 3]);
});

it('refuses what there is not', () => {
  expect(() => parseClasses('persons', deeplabClasses)).toThrow(
    /no class "persons". There are all, movable, aeroplane/,
  );
  expect(() => parseClasses('person', undefined)).toThrow(/given by number/);
  expect(() => parseClasses('0', undefined)).toThrow(ConfigError);
  expect(() => parseClasses('', deeplabClasses)).toThrow(ConfigError);
});
