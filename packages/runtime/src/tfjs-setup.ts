import { env } from '@tensorflow/tfjs';
import './gradients/convolution-gradients.js';
import './gradients/elementwise-gradients.js';
import './gradients/gathering-gradients.js';
import './gradients/matrix-gradients.js';
import './gradients/pooling-gradients.js';
import './gradients/resizing-gradients.js';
import './gradients/running-gradients.js';
import './gradients/shaping-gradients.js';
import './repairs/cpu-repairs.js';

// Silences tfjs's advertisement for its native back-end: libraries do not print.
env().set('PROD', true);
