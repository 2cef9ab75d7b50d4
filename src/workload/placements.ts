import { placeOf } from './place.ts';
import type { Workload } from './workload.schema.ts';

type Row = Readonly<Record<string, unknown>>;

const VAULTS = 'microsoft.keyvault/vaults';

/**
 * The `placements` table, so that no policy has to place a resource by itself: one row for each resource and the
 * environment that it belongs to (`placedBy: place`), and for a declared vault one more for every other environment that
 * declares it (`placedBy: keyVault`). A resource that belongs to no environment has no row.
 */
export function* placementRows(workload: Workload, resources: Iterable<Row>): Iterable<Row> {
  const declaring = environmentsByVault(workload);
  for (const row of resources) {
    const id = text(row.id);
    const { environment } = placeOf({ id, tags: tagsOf(row) }, workload);
    if (environment !== null) yield placement(row, environment, 'place', workload);
    if (text(row.type).toLowerCase() !== VAULTS) continue;
    for (const name of declaring.get(text(row.name).toLowerCase()) ?? [])
      if (name !== environment) yield placement(row, name, 'keyVault', workload);
  }
}

/** Which environments declare a vault, for themselves or by the workload, by its name (unique in Azure) in lower case. */
function environmentsByVault(workload: Workload): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const [name, environment] of Object.entries(workload.environments)) {
    const declared = environment.keyVault ?? workload.keyVault;
    const vaults = [declared?.name, declared?.geoVault].flatMap((vault) => vault?.toLowerCase() ?? []);
    for (const vault of new Set(vaults)) found.set(vault, [...(found.get(vault) ?? []), name]);
  }
  return found;
}

const placement = (row: Row, environment: string, placedBy: 'place' | 'keyVault', workload: Workload): Row => ({
  id: row.id,
  name: row.name,
  type: row.type,
  subscriptionId: row.subscriptionId,
  resourceGroup: row.resourceGroup,
  environment,
  class: workload.environments[environment]?.class,
  placedBy,
});

const tagsOf = ({ tags }: Row): Row | null => (typeof tags === 'object' && tags !== null ? (tags as Row) : null);

const text = (value: unknown): string => (typeof value === 'string' ? value : '');
