import { create, toBinary } from '@bufbuild/protobuf';
import { UnsupportedError } from '@vosvfi/core';
import type { Attribute, Constant, Graph, ValueInfo } from '../graph/graph.js';
import { elementTypeCodes } from '../graph/infer-outputs.js';
import { bytesOf, constantBytes, type ExternalData, externalData, largestInlineBytes } from './external-data.js';
import {
  type AttributeProto,
  AttributeProtoSchema,
  AttributeProto_AttributeType as AttributeType,
  TensorProto_DataLocation as DataLocation,
  ModelProtoSchema,
  type NodeProto,
  NodeProtoSchema,
  type TensorProto,
  TensorProtoSchema,
  type ValueInfoProto,
  ValueInfoProtoSchema,
} from './onnx_pb.js';

/** The operator set that lowerings are written for. */
export const opsetVersion = 22;
const IR_VERSION = 10n;

/** Attributes that ONNX defines as FLOAT, so that `alpha: 1` is not written as INT. */
const FLOAT_ATTRIBUTES = new Set(
  'alpha beta gamma lambd bias epsilon momentum cubic_coeff_a extrapolation_value spatial_scale value_float value_floats'.split(
    ' ',
  ),
);

/** An ONNX model, and what did not fit into it. */
export interface OnnxModel {
  /** A ModelProto. */
  readonly bytes: Uint8Array;
  /** The file that must lie beside the model's; absent if the model holds everything. */
  readonly data?: ExternalData;
}

/**
 * Serializes a graph; constants of more than `inlineBytes` in all go to external data called `dataFile`.
 * @throws as {@link writeModel}, whatever the size.
 */
export function writeModelParts(graph: Graph, dataFile: string, inlineBytes = largestInlineBytes): OnnxModel {
  if (constantBytes(graph) <= inlineBytes) return { bytes: serialize(graph) };
  const data = externalData(graph, dataFile);
  return { bytes: serialize(graph, data), data };
}

/**
 * Serializes a graph as an ONNX ModelProto. Inputs and outputs carry their ports' names.
 * @throws Error if an output's shape is unknown; UnsupportedError if two ports share a name, or if it has too many
 * constants for one message.
 */
export function writeModel(graph: Graph, inlineBytes = largestInlineBytes): Uint8Array {
  const bytes = constantBytes(graph);
  if (bytes > inlineBytes) {
    const gibibytes = (size: number) => (size / 2 ** 30).toPrecision(3);
    throw new UnsupportedError(
      `The function has ${gibibytes(bytes)} GiB of constants, more than the ${gibibytes(inlineBytes)} GiB that one ONNX message holds.`,
      { hint: 'Write it with exportOnnxFile, which puts them in a file of their own.' },
    );
  }
  return serialize(graph);
}

function serialize(graph: Graph, external?: ExternalData): Uint8Array {
  const ports = [...graph.inputs, ...graph.outputs];
  assertDistinct(ports.map((port) => port.name));
  const taken = new Set(ports.map((port) => port.name));
  const names = new Map(graph.inputs.map(({ name, value }) => [value, name]));
  const copies: (typeof ports)[number][] = [];
  for (const output of graph.outputs) {
    // An input, a constant or a value that already left under another name needs a node of its own.
    if (names.has(output.value) || graph.constants.has(output.value)) copies.push(output);
    else names.set(output.value, output.name);
  }
  const rename = (value: string) => names.get(value) ?? (taken.has(value) ? `${value}_` : value);
  const model = create(ModelProtoSchema, {
    irVersion: IR_VERSION,
    producerName: 'vosvfi',
    opsetImport: [{ domain: '', version: BigInt(graph.opset ?? opsetVersion) }, ...otherDomains(graph)],
    graph: {
      name: 'vosvfi',
      node: [
        ...graph.nodes.map((node) =>
          nodeProto(node.opType, node.inputs.map(rename), node.outputs.map(rename), node.attributes),
        ),
        ...copies.map(({ name, value }) => nodeProto('Identity', [rename(value)], [name], {})),
      ],
      initializer: [...graph.constants].map(([name, constant]) => tensorProto(rename(name), constant, external, name)),
      input: graph.inputs.map(({ name, value }) => valueInfoProto(name, infoOf(graph, name, value))),
      valueInfo: hiddenShapes(graph).map(([value, info]) => valueInfoProto(rename(value), info)),
      output: graph.outputs.map(({ name, value }) => valueInfoProto(name, infoOf(graph, name, value))),
    },
  });
  return toBinary(ModelProtoSchema, model);
}

/** What ONNX Runtime cannot infer: results of reshapes whose shape is computed. Ports are declared anyway. */
function hiddenShapes({ nodes, constants, values, outputs }: Graph): [string, ValueInfo][] {
  const declared = new Set(outputs.map(({ value }) => value));
  return nodes.flatMap(({ opType, inputs: [, shape], outputs: [output] }): [string, ValueInfo][] => {
    if (opType !== 'Reshape' || constants.has(shape as string) || declared.has(output as string)) return [];
    const info = values.get(output as string);
    return info === undefined ? [] : [[output as string, info]];
  });
}

/** Domains of operators that are not ONNX's own. */
function otherDomains(graph: Graph): { domain: string; version: bigint }[] {
  const domains = new Set(graph.nodes.map(({ opType }) => splitOperator(opType).domain));
  return [...domains].filter((domain) => domain !== '').map((domain) => ({ domain, version: 1n }));
}

function splitOperator(opType: string): { domain: string; operator: string } {
  const colon = opType.indexOf(':');
  return { domain: opType.slice(0, Math.max(colon, 0)), operator: opType.slice(colon + 1) };
}

function infoOf(graph: Graph, name: string, value: string): ValueInfo {
  const info = graph.values.get(value);
  if (info === undefined) throw new Error(`The shape of graph output "${name}" is unknown.`);
  return info;
}

function assertDistinct(names: readonly string[]): void {
  const seen = new Set<string>();
  for (const name of names) {
    if (seen.has(name)) {
      throw new UnsupportedError(`The function has two inputs or outputs called "${name}".`, {
        hint: 'An ONNX graph needs a name for each: return the tensor under another one.',
      });
    }
    seen.add(name);
  }
}

function nodeProto(
  opType: string,
  input: readonly string[],
  output: readonly string[],
  attributes: Readonly<Record<string, Attribute>>,
): NodeProto {
  const { domain, operator } = splitOperator(opType);
  return create(NodeProtoSchema, {
    opType: operator,
    domain,
    name: `${operator}_${output[0]}`,
    input: [...input],
    output: [...output],
    attribute: Object.entries(attributes).map(([name, value]) => attributeProto(name, value)),
  });
}

function attributeProto(name: string, value: Attribute): AttributeProto {
  if (typeof value === 'string') {
    return create(AttributeProtoSchema, { name, type: AttributeType.STRING, s: new TextEncoder().encode(value) });
  }
  const isFloat = FLOAT_ATTRIBUTES.has(name);
  if (typeof value === 'number') {
    return isFloat
      ? create(AttributeProtoSchema, { name, type: AttributeType.FLOAT, f: value })
      : create(AttributeProtoSchema, { name, type: AttributeType.INT, i: BigInt(value) });
  }
  return isFloat
    ? create(AttributeProtoSchema, { name, type: AttributeType.FLOATS, floats: [...value] })
    : create(AttributeProtoSchema, { name, type: AttributeType.INTS, ints: value.map(BigInt) });
}

function tensorProto(
  name: string,
  { data, dtype, shape }: Constant,
  external: ExternalData | undefined,
  value: string,
): TensorProto {
  const facts = { name, dataType: elementTypeCodes[dtype], dims: shape.map(BigInt) };
  const place = external?.places.get(value);
  if (external === undefined || place === undefined) {
    return create(TensorProtoSchema, { ...facts, rawData: bytesOf(data) });
  }
  const entries = { location: external.file, offset: String(place.offset), length: String(place.length) };
  return create(TensorProtoSchema, {
    ...facts,
    dataLocation: DataLocation.EXTERNAL,
    externalData: Object.entries(entries).map(([key, text]) => ({ key, value: text })),
  });
}

function valueInfoProto(name: string, { dtype, shape }: ValueInfo): ValueInfoProto {
  return create(ValueInfoProtoSchema, {
    name,
    type: {
      value: {
        case: 'tensorType',
        value: {
          elemType: elementTypeCodes[dtype],
          shape: { dim: shape.map((extent) => ({ value: { case: 'dimValue' as const, value: BigInt(extent) } })) },
        },
      },
    },
  });
}
