import './tfjs-setup.js';

/** TensorFlow.js, re-exported so that every package of a program shares one copy (and one engine). */
export * from '@tensorflow/tfjs';
