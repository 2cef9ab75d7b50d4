import type { Workload } from './workload.schema.ts';

/** The `workload` table: one row an environment, so that policies can judge or join what is declared. */
export function workloadRows(workload: Workload | null): readonly Readonly<Record<string, unknown>>[] {
  if (workload === null) return [];
  return Object.entries(workload.environments).map(([name, environment]) => ({
    id: `workload/${name}`,
    type: 'workload',
    environment: name,
    class: environment.class,
    scopes: environment.scopes ?? [],
    expect: environment.expect ?? null,
    load: environment.load ?? null,
    blob: environment.blob ?? null,
    recovery: environment.recovery ?? null,
    network: environment.network ?? null,
    tls: environment.tls ?? null,
    rotation: environment.rotation ?? null,
    budget: environment.budget ?? null,
    maintenance: environment.maintenance ?? null,
    keyVault: environment.keyVault ?? workload.keyVault ?? null,
    regions: workload.regions ?? null,
    shared: workload.shared ?? null,
    match: workload.match ?? null,
  }));
}
