/** Nodes between a source and a sink, tied with capacities. */
export interface CutGraph {
  /** Adds capacity from the source to a node, and from it to the sink: what it costs to cut the node off. */
  pull(node: number, source: number, sink: number): void;
  /** Ties two nodes: what it costs to part them, either way. */
  tie(first: number, second: number, capacity: number): void;
  /** 1 for nodes on the source's side of a cheapest cut. */
  cut(): Uint8Array;
}

const LEAST = 1e-6;

/** Edges in pairs: edge 2k and its return 2k + 1. */
interface Edges {
  readonly to: number[];
  readonly next: number[];
  readonly room: number[];
  readonly first: Int32Array;
}

/** Distances from the source by edges that have room. True if they reach the sink. */
function measure({ to, next, room, first }: Edges, source: number, sink: number, level: Int32Array): boolean {
  level.fill(-1);
  level[source] = 0;
  const queue = [source];
  for (let head = 0; head < queue.length; head++) {
    const node = queue[head]!;
    for (let edge = first[node]!; edge >= 0; edge = next[edge]!) {
      if (room[edge]! <= LEAST || level[to[edge]!]! >= 0) continue;
      level[to[edge]!] = level[node]! + 1;
      queue.push(to[edge]!);
    }
  }
  return level[sink]! >= 0;
}

/** Fills ways of the measured length, one after the other, until there is none. */
function fill({ to, next, room, first }: Edges, source: number, sink: number, level: Int32Array): void {
  const current = first.slice();
  const way: number[] = [];
  let node = source;
  for (;;) {
    if (node === sink) {
      let least = Infinity;
      for (const edge of way) least = Math.min(least, room[edge]!);
      let back = 0;
      way.forEach((edge, k) => {
        room[edge] = room[edge]! - least;
        room[edge ^ 1] = room[edge ^ 1]! + least;
        if (room[edge]! <= LEAST && back === 0) back = k + 1;
      });
      // On from where the first full edge starts.
      way.length = Math.max(0, back - 1);
      node = way.length === 0 ? source : to[way.at(-1)!]!;
      continue;
    }
    let edge = current[node]!;
    while (edge >= 0 && (room[edge]! <= LEAST || level[to[edge]!]! !== level[node]! + 1)) edge = next[edge]!;
    current[node] = edge;
    if (edge >= 0) {
      way.push(edge);
      node = to[edge]!;
    } else if (way.length === 0) {
      return;
    } else {
      const last = way.pop()!;
      node = to[last ^ 1]!;
      current[node] = next[last]!;
    }
  }
}

/** A graph of `count` nodes whose cheapest cut is found by Dinic's algorithm. */
export function createCutGraph(count: number): CutGraph {
  const [source, sink] = [count, count + 1];
  const edges: Edges = { to: [], next: [], room: [], first: new Int32Array(count + 2).fill(-1) };
  const half = (from: number, to: number, room: number) => {
    edges.to.push(to);
    edges.room.push(room);
    edges.next.push(edges.first[from]!);
    edges.first[from] = edges.to.length - 1;
  };
  const pair = (from: number, to: number, there: number, back: number) => {
    half(from, to, there);
    half(to, from, back);
  };
  return {
    pull(node, towards, away) {
      // Only the difference matters.
      if (towards > away) pair(source, node, towards - away, 0);
      else if (away > towards) pair(node, sink, away - towards, 0);
    },
    tie(first, second, capacity) {
      if (capacity > 0) pair(first, second, capacity, capacity);
    },
    cut() {
      const level = new Int32Array(count + 2);
      while (measure(edges, source, sink, level)) fill(edges, source, sink, level);
      return Uint8Array.from({ length: count }, (_, node) => (level[node]! >= 0 ? 1 : 0));
    },
  };
}
