import type { EnvironmentClass } from '../workload/workload.schema.ts';
import type { Changes } from './changes.ts';
import type { Evidence } from './evidence.ts';
import type { ReportModel } from './model.ts';
import type { ReportProfile } from './profile.schema.ts';

/** When and by whom the report will be signed; `at` becomes /M, which must lie within the certificate's validity. */
export interface SignaturePlace {
  readonly at: Date;
  readonly name: string;
}

/** One report: what was judged, which sections show it, and what only some sections need. */
export interface Report {
  readonly model: ReportModel;
  readonly profile: ReportProfile;
  /** Against the bundle before; null where none was given. */
  readonly changes: Changes | null;
  /** By finding id, where each fact comes from. Empty where no section shows it. */
  readonly evidence: ReadonlyMap<string, Evidence>;
  /** By step id, the script of the bundle that does it. */
  readonly scripts: ReadonlyMap<string, string>;
  /** By `controlKey`, the classes of environment that a control speaks of; a control that is missing speaks of all. */
  readonly classes: ReadonlyMap<string, readonly EnvironmentClass[]>;
  /** Leaves room for a signature of the whole file; null for a copy that carries none, which says so. */
  readonly signature: SignaturePlace | null;
}

export const controlKey = (control: { readonly catalog: string; readonly id: string }): string =>
  `${control.catalog}#${control.id}`;
