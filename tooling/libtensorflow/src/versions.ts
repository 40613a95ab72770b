import { version_core } from '@vosvfi/runtime/tf';

/** tfjs-node must be of the TensorFlow.js in use. */
export const tfjsNodeVersion = version_core;

/**
 * tfjs-node 4.22 is made for libtensorflow 2.9, whose wheels hide the library inside of Python's module. From 2.12 on they
 * have it as libtensorflow_cc.so.2, with the same C interface.
 */
export const tensorflowVersion = '2.12.1';

/** Headers of Node-API; those of Node.js itself are not needed. */
export const nodeApiHeadersVersion = '1.9.0';
