import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Row } from '../snapshot/snapshot.ts';
import { graphTables, tableSchemas } from '../snapshot/tables.ts';
import { EmulatorError } from './errors.ts';
import { type ArmBody, EstateEntry, EstateFile } from './estate.schema.ts';
import { generateStorageAccounts } from './generate.ts';
import { deriveGraphRow, deriveSubscriptionRow, graphTableOf, mergePatch } from './graph-row.ts';
import { type Address, idKey, parseAddress } from './resource-id.ts';
import { checkShape, parseJsonFile, parseYamlFile, type SourceFile, type ValuePath } from './source-file.ts';

export interface Subscription {
  readonly id: string;
  readonly name: string;
  readonly state: string;
  readonly tags?: Readonly<Record<string, string>>;
  /** Names of the management groups above it, nearest first; left out where the estate does not tell. */
  readonly managementGroups?: readonly string[];
}

/** A tenant as the emulator serves it: ARM bodies, and the rows that Resource Graph makes of them. */
export interface Estate {
  readonly id: string;
  readonly title: string;
  readonly asOf: Date;
  readonly tenant: string;
  readonly principal: { readonly objectId: string; readonly appId: string; readonly name: string };
  readonly subscriptions: readonly Subscription[];
  /** Lower-case ids of subscriptions that the principal has no role in. */
  readonly unreadable: ReadonlySet<string>;
  readonly faults: readonly string[];
  /** Every ARM body by its id in lower case, in the order of the files. */
  readonly resources: ReadonlyMap<string, ArmBody>;
  /** Resource Graph rows by table, in the order of the files. */
  readonly tables: Readonly<Record<string, readonly Row[]>>;
}

/**
 * Reads an estate folder: `estate.yaml` and every `arm/**\/*.json`.
 * Resource groups that no entry describes are added, since in Azure nothing lies in a group that does not exist.
 * @throws EmulatorError `estate-unreadable`, `estate-invalid` or `estate-duplicate`, with file, line and column.
 */
export function readEstate(folder: string): Estate {
  const source = parseYamlFile('estate.yaml', readText(folder, 'estate.yaml'));
  checkShape(source, EstateFile);
  const file = source.value as EstateFile;
  checkSubscriptions(source, file);

  const catalogue = new Map<string, Placed>();
  for (const path of jsonFiles(folder, 'arm')) addFile(catalogue, parseJsonFile(path, readText(folder, path)), file);
  for (const body of generated(source, file)) addBody(catalogue, { body, source, path: ['generate'] }, file);
  for (const body of missingGroups(catalogue)) addBody(catalogue, { body, source, path: [] }, file);

  return {
    id: file.metadata.id,
    title: file.metadata.title,
    asOf: new Date(file.asOf),
    tenant: file.tenant,
    principal: file.principal,
    subscriptions: file.subscriptions,
    unreadable: new Set((file.unreadable ?? []).map((id) => id.toLowerCase())),
    faults: file.faults ?? [],
    resources: new Map([...catalogue].map(([key, { body }]) => [key, body])),
    tables: graphTablesOf([...catalogue.values()], file),
  };
}

/** A body with the place it was read from, and what Resource Graph shows otherwise. */
interface Placed {
  readonly body: ArmBody;
  readonly source: SourceFile;
  readonly path: ValuePath;
  readonly graph?: Readonly<Record<string, unknown>>;
}

function readText(folder: string, file: string): string {
  try {
    return readFileSync(join(folder, file), 'utf8');
  } catch (cause) {
    throw new EmulatorError(
      'estate-unreadable',
      `An estate is a folder with an estate.yaml: ${folder}/${file} cannot be read.`,
      {
        cause,
      },
    );
  }
}

function jsonFiles(folder: string, below: string): string[] {
  if (statSync(join(folder, below), { throwIfNoEntry: false })?.isDirectory() !== true) return [];
  return readdirSync(join(folder, below), { withFileTypes: true })
    .toSorted((left, right) => (left.name < right.name ? -1 : 1))
    .flatMap((entry) => {
      const path = `${below}/${entry.name}`;
      if (entry.isDirectory()) return jsonFiles(folder, path);
      return entry.name.endsWith('.json') ? [path] : [];
    });
}

function checkSubscriptions(source: SourceFile, file: EstateFile): void {
  if (Number.isNaN(Date.parse(file.asOf))) throw source.error(['asOf'], `'${file.asOf}' is not a date that exists.`);
  const known = new Set<string>();
  file.subscriptions.forEach(({ id }, index) => {
    if (known.has(id.toLowerCase())) {
      throw source.error(['subscriptions', index, 'id'], `Subscription ${id} stands twice.`, 'estate-duplicate');
    }
    known.add(id.toLowerCase());
  });
  file.unreadable?.forEach((id, index) => {
    if (!known.has(id.toLowerCase())) throw unknownSubscription(source, ['unreadable', index], id);
  });
}

function unknownSubscription(source: SourceFile, path: ValuePath, id: string): EmulatorError {
  return source.error(path, `Subscription ${id} is not in estate.yaml. Add it under 'subscriptions'.`);
}

function addFile(catalogue: Map<string, Placed>, source: SourceFile, file: EstateFile): void {
  const entries: readonly unknown[] = Array.isArray(source.value) ? source.value : [source.value];
  entries.forEach((_, index) => {
    const at: ValuePath = Array.isArray(source.value) ? [index] : [];
    checkShape(source, EstateEntry, at);
    addEntry(catalogue, { entry: entries[index] as EstateEntry, source, at }, file);
  });
}

interface PlacedEntry {
  readonly entry: EstateEntry;
  readonly source: SourceFile;
  readonly at: ValuePath;
}

function addEntry(catalogue: Map<string, Placed>, { entry, source, at }: PlacedEntry, file: EstateFile): void {
  const { resource, children = [], graph } = entry;
  addBody(catalogue, { body: resource, source, path: [...at, 'resource'], ...(graph && { graph }) }, file);
  checkGraphPatch(entry, source, at);
  children.forEach((body, index) => {
    const path = [...at, 'children', index];
    if (!idKey(body.id).startsWith(`${idKey(resource.id)}/`)) {
      throw source.error([...path, 'id'], `A child's id starts with the id of its resource, ${resource.id}.`);
    }
    addBody(catalogue, { body, source, path }, file);
  });
}

function checkGraphPatch({ resource, graph }: EstateEntry, source: SourceFile, at: ValuePath): void {
  if (graph === undefined) return;
  const table = graphTableOf(resource.type);
  if (table === undefined) {
    throw source.error([...at, 'graph'], `Resource Graph holds no ${resource.type}: remove 'graph'.`);
  }
  const columns = (tableSchemas[table] ?? []).map((column) => column.name);
  const wrong = Object.keys(graph).find((key) => !columns.includes(key));
  if (wrong === undefined) return;
  throw source.error([...at, 'graph', wrong], `'${wrong}' is no column of ${table}. Columns: ${columns.join(', ')}.`);
}

function addBody(catalogue: Map<string, Placed>, placed: Placed, file: EstateFile): void {
  const { body, source, path } = placed;
  const address = parseAddress(body.id);
  if (address === undefined || address.collection) {
    throw source.error([...path, 'id'], `'${body.id}' is not the id of one resource.`);
  }
  checkAgreement(placed, address);
  const { subscription } = address;
  if (subscription !== undefined && !file.subscriptions.some((known) => sameText(known.id, subscription))) {
    throw unknownSubscription(source, [...path, 'id'], subscription);
  }
  const earlier = catalogue.get(idKey(body.id));
  if (earlier !== undefined) {
    const where = earlier.source.error([...earlier.path, 'id'], '').message.trim();
    throw source.error([...path, 'id'], `${body.id} stands already at ${where}.`, 'estate-duplicate');
  }
  catalogue.set(idKey(body.id), placed);
}

/** The one resource whose body does not carry the name that its id ends in (a recorded answer of Azure). */
const nameExceptions: Readonly<Record<string, string>> = {
  'microsoft.storage/storageaccounts/managementpolicies': 'DefaultManagementPolicy',
};

function checkAgreement({ body, source, path }: Placed, address: Address): void {
  if (sameText(address.type, 'Microsoft.Resources/subscriptions')) {
    throw source.error([...path, 'id'], "Subscriptions stand in estate.yaml under 'subscriptions', not in arm/.");
  }
  if (!sameText(address.type, body.type)) {
    throw source.error([...path, 'type'], `The id says ${address.type}, 'type' says ${body.type}.`);
  }
  if (!sameText(address.name, body.name) && nameExceptions[body.type.toLowerCase()] !== body.name) {
    throw source.error([...path, 'name'], `The id ends in '${address.name}', 'name' says '${body.name}'.`);
  }
}

function sameText(left: string, right: string): boolean {
  return left.toLowerCase() === right.toLowerCase();
}

function generated(source: SourceFile, { generate, subscriptions }: EstateFile): ArmBody[] {
  if (generate === undefined) return [];
  if (!subscriptions.some(({ id }) => sameText(id, generate.subscription))) {
    throw unknownSubscription(source, ['generate', 'subscription'], generate.subscription);
  }
  return generateStorageAccounts(generate);
}

function missingGroups(catalogue: ReadonlyMap<string, Placed>): ArmBody[] {
  const groups = new Map<string, ArmBody>();
  for (const { body } of catalogue.values()) {
    const { subscription, resourceGroup } = parseAddress(body.id) ?? {};
    if (subscription === undefined || resourceGroup === undefined) continue;
    const id = `/subscriptions/${subscription}/resourceGroups/${resourceGroup}`;
    if (catalogue.has(idKey(id)) || groups.has(idKey(id))) continue;
    const type = 'Microsoft.Resources/resourceGroups';
    const properties = { provisioningState: 'Succeeded' };
    groups.set(idKey(id), { id, name: resourceGroup, type, location: body.location ?? '', properties });
  }
  return [...groups.values()];
}

function graphTablesOf(bodies: readonly Placed[], file: EstateFile): Record<string, Row[]> {
  const tables: Record<string, Row[]> = Object.fromEntries(graphTables.map((name) => [name, []]));
  const add = (table: string | undefined, row: Row) => (table === undefined ? 0 : tables[table]?.push(row));
  for (const subscription of file.subscriptions) {
    add('resourcecontainers', deriveSubscriptionRow(subscription, file.tenant));
  }
  for (const { body, graph } of bodies) {
    const row = deriveGraphRow(body, file.tenant);
    add(graphTableOf(body.type), graph === undefined ? row : Object(mergePatch(row, graph)));
  }
  return tables;
}
