export type { FlowInputs, FlowNetwork, FlowOutputs } from './flow-network.js';
export { type FlowPadding, type FlowSize, flowMargins } from './padding.js';
