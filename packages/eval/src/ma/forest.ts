/** Trees of a regression forest as R's `randomForest` and its MATLAB port store them; each array is [nodes, trees]. */
export interface RegressionForest {
  readonly nodes: number;
  readonly trees: number;
  /** Child for a feature that is not above the threshold, counted from 1; 0 ends the tree (`lDau`). */
  readonly left: Int32Array;
  /** Child for a feature above it (`rDau`). */
  readonly right: Int32Array;
  /** Feature that a node asks for, counted from 1 (`mbest`). */
  readonly feature: Int32Array;
  /** What it is compared with (`upper`). */
  readonly threshold: Float64Array;
  /** What the tree says if it ends at the node (`avnode`). */
  readonly prediction: Float64Array;
}

/** Mean of what the trees say of some features. */
export function predictByForest(forest: RegressionForest, features: ArrayLike<number>): number {
  let sum = 0;
  for (let tree = 0; tree < forest.trees; tree++) sum += predictByTree(forest, tree, features);
  return sum / forest.trees;
}

function predictByTree(forest: RegressionForest, tree: number, features: ArrayLike<number>): number {
  const { nodes, trees, left, right, feature, threshold, prediction } = forest;
  let at = tree;
  // A tree is not deeper than its nodes are many, so that one whose children lead back ends too.
  for (let depth = 0; depth < nodes; depth++) {
    const child = features[feature[at]! - 1]! <= threshold[at]! ? left[at]! : right[at]!;
    if (child === 0) break;
    at = (child - 1) * trees + tree;
  }
  return prediction[at]!;
}
