import { resolveParameters } from '../policy/parameters.ts';
import type { Policy } from '../policy/policy.schema.ts';
import { parameterTexts } from '../report/finding.ts';
import { visible } from '../report/visible.ts';
import type { Row, Snapshot } from '../snapshot/snapshot.ts';
import { type Placement, placeOf } from '../workload/place.ts';
import type { Workload } from '../workload/workload.schema.ts';
import { EXIT } from './exit.ts';
import { printLines, printText } from './print.ts';
import { type JudgedOptions, readJudged } from './read-judged.ts';
import { UsageError } from './usage-error.ts';

interface Resource {
  readonly id: string;
  readonly type: string;
  /** Null where nothing was read: a place by tag cannot be told then. */
  readonly tags: Readonly<Record<string, unknown>> | null;
  readonly inSnapshot: boolean;
}

interface Explained extends Resource, Placement {
  readonly policies: readonly {
    readonly policy: string;
    readonly title: string;
    readonly parameters: Readonly<Record<string, unknown>>;
    readonly missing: readonly string[];
  }[];
}

/** Which environment and class a resource has and why, and which parameters each policy on its type then has. */
export async function workloadExplain(wanted: string, options: JudgedOptions): Promise<number> {
  const { inputs, judgement } = await readJudged(options);
  const { workload } = inputs;
  const resource = findResource(wanted, workload, judgement?.snapshot ?? null);
  const explained = explain(resource, workload, inputs.policies);
  if (options.json === true) printText(`${JSON.stringify(explained, null, 2)}\n`);
  else printLines(lines(explained, workload));
  return EXIT.clean;
}

function explain(resource: Resource, workload: Workload | null, policies: readonly Policy[]): Explained {
  const place = placeOf(resource, workload);
  const own = policies.filter(({ subject }) => subject.toLowerCase() === resource.type);
  return {
    ...resource,
    ...place,
    policies: own.map((policy) => {
      const { values, missing } = resolveParameters(policy, place, workload);
      return { policy: policy.metadata.id, title: policy.metadata.title, parameters: values, missing };
    }),
  };
}

function findResource(wanted: string, workload: Workload | null, snapshot: Snapshot | null): Resource {
  const environment = wanted.replace(/^workload\//, '');
  if (Object.hasOwn(workload?.environments ?? {}, environment))
    return { id: `workload/${environment}`, type: 'workload', tags: null, inSnapshot: false };
  const rows = snapshot === null ? [] : matching(wanted, snapshot);
  const [row, ...others] = rows;
  if (others.length > 0) {
    const ids = rows.slice(0, 5).map(({ id }) => `\n    ${visible(String(id))}`);
    throw new UsageError(`${rows.length} resources are called ${wanted}. Give the id of one:${ids.join('')}`);
  }
  if (row !== undefined && snapshot !== null) return fromRow(row, snapshot);
  if (/^\/subscriptions\/[^/]/i.test(wanted))
    return { id: wanted, type: typeOfId(wanted), tags: null, inSnapshot: false };
  const remedy = snapshot === null ? 'Give its id, or name a --bundle or --snapshot to look in' : 'Give its id';
  throw new UsageError(`there is no resource ${wanted}. ${remedy}`);
}

/** By id, or else by name; a marker that nothing was there is no resource. One row an id: tables overlap. */
function matching(wanted: string, snapshot: Snapshot): readonly Row[] {
  const text = wanted.toLowerCase();
  const by = (field: 'id' | 'name'): readonly Row[] => {
    const found = new Map<string, Row>();
    for (const { name: table } of snapshot.header.tables)
      for (const row of snapshot.rows(table)) {
        const id = String(row.id ?? '').toLowerCase();
        if (row.absent === true || id === '' || String(row[field] ?? '').toLowerCase() !== text) continue;
        if (!found.has(id)) found.set(id, row);
      }
    return [...found.values()];
  };
  const byId = by('id');
  return byId.length > 0 ? byId : by('name');
}

/** A child is placed as its parent is: by the parent's tags. */
function fromRow(row: Row, snapshot: Snapshot): Resource {
  const type = String(row.type ?? '').toLowerCase();
  const parent = typeof row.parentId === 'string' ? row.parentId.toLowerCase() : null;
  const places =
    parent === null
      ? row
      : [...snapshot.rows('resources', [type.slice(0, type.lastIndexOf('/'))])].find(
          ({ id }) => String(id).toLowerCase() === parent,
        );
  return { id: String(row.id), type, tags: tagsOf(places), inSnapshot: true };
}

function tagsOf(row: Row | undefined): Resource['tags'] {
  const tags = row?.tags;
  return typeof tags === 'object' && tags !== null ? { ...tags } : null;
}

/** `microsoft.keyvault/vaults/keys` of `…/providers/Microsoft.KeyVault/vaults/kv/keys/k`; empty for a scope. */
function typeOfId(id: string): string {
  const [, provider = ''] = id.toLowerCase().split(/\/providers\/(?!.*\/providers\/)/);
  const [namespace = '', ...rest] = provider.split('/');
  return [namespace, ...rest.filter((_, i) => i % 2 === 0)].filter((part) => part !== '').join('/');
}

function lines(explained: Explained, workload: Workload | null): readonly string[] {
  const unread = explained.inSnapshot || explained.type === 'workload' || workload?.match?.environmentTag === undefined;
  return [
    visible(explained.id),
    `  type         ${explained.type === '' ? 'a scope' : visible(explained.type)}`,
    `  environment  ${explained.environment ?? 'none'}`,
    `  class        ${explained.class}`,
    `  because      ${explained.because}`,
    ...(unread ? [] : ['  note         its tags were not read: name a --bundle or --snapshot to count them']),
    ...explained.policies.flatMap(({ policy, title, parameters, missing }) => [
      `  policy       ${policy}  ${title}`,
      ...parameterTexts(parameters).map((text) => `                 ${visible(text)}`),
      ...missing.map((name) => `                 ${name} has no value: what needs it is unknown (parameter-missing)`),
    ]),
    ...(explained.policies.length === 0 ? ['  policy       none is about this type'] : []),
  ];
}
